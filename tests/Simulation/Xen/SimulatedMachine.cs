using System.Collections.Concurrent;
using Xend.Host;

namespace Simulation.Xen;

/// <summary>dom0's files, disks, loop devices and interfaces, as far as the daemon and the scripts see them.</summary>
public sealed class SimulatedMachine : IHostDevices, IHostInventory, IUnixSockets
{
    public ConcurrentDictionary<string, FileFacts> Files { get; } = new();

    public ConcurrentDictionary<string, KernelFacts> Kernels { get; } = new();

    public ConcurrentDictionary<DiskIdentity, IReadOnlyList<HostUse>> Uses { get; } = new();

    /// <summary>Loop devices in use, each with the file behind it.</summary>
    public ConcurrentDictionary<string, string> Loops { get; } = new();

    /// <summary>Interfaces; the value names the bridge that one is in, or is "bridge" for a bridge.</summary>
    public ConcurrentDictionary<string, string> Interfaces { get; } = new();

    /// <summary>Files that are images of another format than raw.</summary>
    public ConcurrentDictionary<string, string> ImageFormats { get; } = new();

    /// <summary>Disks that have some of the same data.</summary>
    public ConcurrentDictionary<DiskIdentity, IReadOnlyList<DiskIdentity>> Overlaps { get; } = new();

    /// <summary>qcow2 images with something below them.</summary>
    public ConcurrentDictionary<string, BackingChain> Backing { get; } = new();

    /// <summary>Each X for which there is a script block-X.</summary>
    public List<string> Scripts { get; } = ["iscsi", "nbd"];

    public List<UsbFacts> Usb { get; } = [];

    public IReadOnlyList<UsbFacts> UsbDevices() => Usb;

    public List<ScsiFacts> ScsiUnits { get; } = [];

    public IReadOnlyList<ScsiFacts> ScsiDevices() => ScsiUnits;

    public IReadOnlyList<DiskIdentity> Overlapping(DiskIdentity disk) => Overlaps.GetValueOrDefault(disk) ?? [];

    public BackingChain BackingOf(string path, DiskFormat format) => Backing.GetValueOrDefault(path) ?? BackingChain.None;

    public IReadOnlyList<string> BlockScripts() => [.. Scripts];

    public string? ImageFormat(string path) => ImageFormats.GetValueOrDefault(path);

    /// <summary>Device models and scripts that run.</summary>
    public ConcurrentDictionary<int, GuestProcess> Running { get; } = new();

    /// <summary>Backends that dom0's kernel holds on to.</summary>
    public ConcurrentDictionary<KernelBackend, byte> HeldBackends { get; } = new();

    public IReadOnlyList<LoopDevice> LoopDevices() => [.. Loops.Select(loop => new LoopDevice(loop.Key, loop.Value))];

    IReadOnlyList<GuestInterface> IHostInventory.Interfaces() =>
        [.. Interfaces.Keys.Select(GuestInterfaceName.Read).OfType<GuestInterface>()];

    public IReadOnlyList<GuestProcess> Processes() => [.. Running.Values];

    public IReadOnlyList<KernelBackend> KernelBackends() => [.. HeldBackends.Keys];

    public string? Kill(GuestProcess process)
    {
        Running.TryRemove(process.Id, out _);
        return null;
    }

    /// <summary>The sockets at which somebody listens.</summary>
    public ConcurrentDictionary<string, byte> Listeners { get; } = new();

    public bool IsServed(string path) => Listeners.ContainsKey(path);

    public string? RemoveDead(string path)
    {
        if (Stat(path) is { Kind: FileKind.Socket } && !IsServed(path))
        {
            Files.TryRemove(path, out _);
        }
        return null;
    }

    public void AddSocket(string path, bool isServed)
    {
        Files[path] = new FileFacts(FileKind.Socket, 0, null);
        if (isServed)
        {
            Listeners[path] = default;
        }
    }

    public void AddKernel(string path)
    {
        Files[path] = new FileFacts(FileKind.Regular, 1 << 20, new DiskIdentity($"file 1/{path}"));
        Kernels[path] = new KernelFacts(true, "ELF 64-bit x86-64");
    }

    public void AddFile(string path) => Files[path] = new FileFacts(FileKind.Regular, 1 << 20, new DiskIdentity($"file 1/{path}"));

    public void AddDisk(string path, string identity) =>
        Files[path] = new FileFacts(FileKind.BlockDevice, 0, new DiskIdentity($"dev {identity}"));

    public FileFacts? Stat(string path) => Files.GetValueOrDefault(path);

    public KernelFacts InspectKernel(string path) => Kernels.GetValueOrDefault(path) ?? new KernelFacts(false, "it starts with 'hello'");

    public IReadOnlyList<HostUse> UsesOf(DiskIdentity disk) => Uses.GetValueOrDefault(disk) ?? [];

    /// <summary>Classes of devices whose driver is not loaded: their backends are not answered.</summary>
    public HashSet<string> MissingDrivers { get; } = [];

    public bool HasBackendDriver(string deviceClass) => !MissingDrivers.Contains(deviceClass);

    public bool InterfaceExists(string name) => Interfaces.ContainsKey(name);

    public bool IsBridge(string name) => Interfaces.GetValueOrDefault(name) == "bridge";

    public IReadOnlyList<string> Bridges() => [.. Interfaces.Where(entry => entry.Value == "bridge").Select(entry => entry.Key).Order()];

    /// <summary>What is there now, as text, for comparing before and after.</summary>
    public string Dump() =>
        string.Join(
            '\n',
            Loops
                .Select(loop => $"{loop.Key} {loop.Value}")
                .Concat(Interfaces.Select(entry => $"{entry.Key} {entry.Value}"))
                .Concat(Running.Values.Select(process => $"{process}"))
                .Concat(Files.Where(file => file.Value.Kind == FileKind.Socket).Select(file => $"socket {file.Key}"))
                .Concat(Listeners.Keys.Select(path => $"somebody listens at {path}"))
                .Order()
        );
}
