using System.Globalization;
using Linux.Interop;
using Tmds.Linux;

namespace Xend.Host;

/// <summary>Looks through dom0's /sys and /proc.</summary>
public sealed class HostInventory : IHostInventory
{
    private readonly ProcessTable _processes = new();

    public IReadOnlyList<LoopDevice> LoopDevices()
    {
        var found = new List<LoopDevice>();
        foreach (var directory in Directories("/sys/block", "loop*"))
        {
            if (ReadLine($"{directory}/loop/backing_file") is { Length: > 0 } file)
            {
                found.Add(new LoopDevice($"/dev/{Path.GetFileName(directory)}", file));
            }
        }
        return found;
    }

    public IReadOnlyList<GuestInterface> Interfaces() =>
        [
            .. Directories("/sys/class/net", "*")
                .Select(Path.GetFileName)
                .OfType<string>()
                .Select(GuestInterfaceName.Read)
                .OfType<GuestInterface>(),
        ];

    public IReadOnlyList<GuestProcess> Processes() => [.. ProcessesOfDomains.In(_processes)];

    // The drivers' devices are named CLASS-DOMAIN-DEVICE.
    public IReadOnlyList<KernelBackend> KernelBackends() =>
        [
            .. Directories("/sys/bus/xen-backend/devices", "*")
                .Select(path => Path.GetFileName(path).Split('-'))
                .Where(parts => parts.Length == 3)
                .Select(parts =>
                    uint.TryParse(parts[1], out var domain) && uint.TryParse(parts[2], out var device)
                        ? new KernelBackend(parts[0], domain, device)
                        : null
                )
                .OfType<KernelBackend>(),
        ];

    public string? Kill(GuestProcess process)
    {
        try
        {
            ProcessHandle.Send(process.Id, process.Started, LibC.SIGKILL);
            return null;
        }
        catch (NativeCallException error)
        {
            return $"process {process.Id} cannot be killed: {error.Reason}";
        }
    }

    private static string? ReadLine(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : null;
        }
        catch (IOException)
        {
            return null; // Detached just now.
        }
    }

    private static IEnumerable<string> Directories(string directory, string pattern) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory, pattern) : [];
}

/// <summary>The names that Xen's drivers and tools give dom0's ends of guests' interfaces.</summary>
public static class GuestInterfaceName
{
    /// <summary>vif7.0, tap7.0, vif7.0-emu; null for any other name.</summary>
    public static GuestInterface? Read(string name)
    {
        var plain = name.EndsWith("-emu", StringComparison.Ordinal) ? name[..^4] : name;
        return
            plain.Length > 3
            && plain[..3] is "vif" or "tap"
            && plain[3..].Split('.') is [var domain, var device]
            && uint.TryParse(domain, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && uint.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new GuestInterface(name, id)
            : null;
    }
}
