using System.Collections.Concurrent;
using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xend;
using Xend.Devices;
using Xend.Domains;
using Xend.Hosting;
using Xend.Memory;
using Xend.Operations;
using Xend.Persistence;
using XenStore;

namespace Simulation.Xen;

/// <summary>A whole Xen host in memory, on which the daemon's real rooms run. Several daemons may follow each other on it.</summary>
public sealed class SimulatedHost : IAsyncDisposable
{
    private readonly WarningSink _warnings = new();
    private readonly XenStoreClient _kernelStore;
    private readonly string _directory = Directory.CreateTempSubdirectory("simulated-xend-").FullName;
    private readonly List<SimulatedDriverDomain> _driverDomains = [];
    private int _timesIdle;

    private SimulatedHost(ulong memoryKib)
    {
        Hypervisor = new SimulatedHypervisor(Store, memoryKib) { Pci = Pci };
        Builder = new SimulatedImageBuilder(Hypervisor);
        Bootloaders = new SimulatedBootloaders(Machine);
        _kernelStore = Store.Client();
        Backends = new SimulatedBackends(_kernelStore, Machine, Pci, Scsi, id => DeviceModels!.Serves(id));
        Scripts = new SimulatedScripts(_kernelStore, Machine);
        DeviceModels = new SimulatedDeviceModels(_kernelStore, Machine) { Pci = Pci, Reaches = Hypervisor.ReachesOf };
        SaveFiles = new SimulatedSaveFiles(Hypervisor, _kernelStore, DeviceModels);
        Pci.HasFrontend = id => Hypervisor.FindDomain(id) is not { Hvm: true };
        Balloons = new SimulatedBalloons(_kernelStore, Hypervisor);
    }

    /// <summary>Where the daemon keeps its files.</summary>
    public string StateDirectory => _directory;

    public SimulatedXenStored Store { get; } = new();

    public SimulatedMachine Machine { get; } = new();

    public SimulatedPciDevices Pci { get; } = new();

    public SimulatedScsiTargets Scsi { get; } = new();

    public SimulatedHypervisor Hypervisor { get; }

    public SimulatedImageBuilder Builder { get; }

    public SimulatedBootloaders Bootloaders { get; }

    public SimulatedDumper Dumper { get; } = new();

    public SimulatedBackends Backends { get; }

    public SimulatedScripts Scripts { get; }

    public SimulatedDeviceModels DeviceModels { get; }

    public SimulatedSaveFiles SaveFiles { get; }

    /// <summary>Where the daemon keeps records and journal.</summary>
    public string RunDirectory => _directory;

    public SimulatedBalloons Balloons { get; }

    /// <summary>The hosts that it reaches.</summary>
    public SimulatedNetwork Network { get; init; } = new();

    /// <summary>What the others call it.</summary>
    public string Name { get; init; } = "source";

    /// <summary>What all daemons of the host have logged as warnings and errors.</summary>
    public IReadOnlyCollection<string> Warnings => _warnings.Lines;

    /// <summary>Where the daemon keeps its managed domains.</summary>
    public string ManagedDirectory => Path.Combine(_directory, "managed");

    /// <summary>Where the daemon keeps the records of running domains.</summary>
    public string RecordsDirectory => Path.Combine(_directory, "domains");

    /// <summary>How the daemon writes files that have to last.</summary>
    public IDurableFiles Files { get; set; } = new DurableFiles();

    /// <summary>A kind of step that the host's daemons do not undo, which shows what the tests see of that; null for none.</summary>
    public Type? LostUndo { get; set; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public XendOptions Options { get; private set; } = new() { LogFile = "/nonexistent/xend.log" };

    /// <summary>A host with a bridge eth0, kernel, ramdisk and some disks.</summary>
    public static async Task<SimulatedHost> StartAsync(
        ulong memoryMib = 4096,
        TimeProvider? clock = null,
        XendOptions? options = null,
        SimulatedNetwork? network = null,
        string name = "source"
    )
    {
        var host = new SimulatedHost(memoryMib * 1024)
        {
            Network = network ?? new SimulatedNetwork(),
            Name = name,
            Clock = clock ?? TimeProvider.System,
            Options = options ?? new XendOptions { LogFile = "/nonexistent/xend.log" },
        };
        host.Options = host.Options with { DeviceModelStateDirectory = host._directory };
        host.Machine.AddKernel("/boot/vmlinux");
        host.Machine.AddFile("/boot/initrd");
        host.Machine.Interfaces["eth0"] = "bridge";
        host.Machine.Files["/etc/xen/scripts/vif-bridge"] = new Xend.Host.FileFacts(Xend.Host.FileKind.Regular, 1, null);
        foreach (
            var program in new[]
            {
                "/usr/lib/xen-4.17/boot/hvmloader",
                "/usr/libexec/xen-qemu-system-i386",
                "/usr/share/seabios/bios-256k.bin",
                "/usr/share/ovmf/OVMF.fd",
            }
        )
        {
            host.Machine.AddFile(program);
        }
        await host._kernelStore.WriteAsync("/local/domain/0/name", "Domain-0");
        await host._kernelStore.WriteAsync("/local/domain/0/domid", "0");
        foreach (var directory in BackendClasses.All.SelectMany(known => known.Directories))
        {
            await host._kernelStore.MakeDirectoryAsync($"/local/domain/0/backend/{directory}");
        }
        await host._kernelStore.MakeDirectoryAsync("/local/domain/0/device-model");
        await host._kernelStore.MakeDirectoryAsync("/vm");
        await host._kernelStore.MakeDirectoryAsync("/libxl");
        await host.Backends.StartAsync();
        await host.Balloons.StartAsync();
        return host;
    }

    /// <summary>Makes a running domain serve devices to others.</summary>
    public async Task<SimulatedDriverDomain> StartDriverDomainAsync(uint domainId)
    {
        var domain = await SimulatedDriverDomain.StartAsync(Store, domainId);
        _driverDomains.Add(domain);
        return domain;
    }

    /// <summary>How often the last operation under way has ended.</summary>
    public int TimesIdle => _timesIdle;

    /// <summary>Starts a daemon's core on this host.</summary>
    public async Task<SimulatedXend> StartXendAsync(IStepFaults? faults = null)
    {
        var log = new LoggerConfiguration().WriteTo.Sink(_warnings, LogEventLevel.Warning).CreateLogger();
        // A daemon without a death of its own lives until it is disposed of.
        var death = (faults as IDaemonDeath)?.Happened ?? new TaskCompletionSource().Task;
        var store = new XenStoreClient(
            new XenStoreStreamTransport("the simulated xenstored", _ => Task.FromResult<Stream>(new MortalStream(Store.Connect(), death)))
        );
        var options = new CurrentOptions(Options);
        var files = new MortalFiles(Files, death);
        var services = new HostServices(
            MortalHypervisor.Of(Hypervisor, death),
            store,
            new MortalBuilder(Builder, death),
            new MortalScripts(Scripts, death),
            Machine,
            Dumper,
            Clock,
            options
        )
        {
            Bootloaders = new MortalBootloaders(Bootloaders, death),
            SaveFiles = new MortalSaveFiles(SaveFiles, death),
            DeviceModels = MortalDeviceModels.Of(DeviceModels, death),
            Inventory = Machine,
            Pci = new MortalPci(Pci, death),
            Scsi = new MortalScsi(Scsi, death),
            Sockets = Machine,
            Peers = Network.SeenFrom(Name),
            WhenIdle = () => Interlocked.Increment(ref _timesIdle),
        };
        var domains = new DomainStore(
            new DomainFiles(new DomainRecords(RecordsDirectory, files, log), new ManagedDomains(ManagedDirectory, files, log))
        );
        var claims = new DeviceClaims();
        var rooms = new OperationRooms(
            services,
            new HostMemory(services, domains),
            claims,
            domains,
            new Journal(Path.Combine(_directory, "journal"), Clock, log),
            log
        )
        {
            Arrivals = new ArrivalLedger(Path.Combine(_directory, "arrivals"), files, Clock),
            Loops = new LoopLedger(Path.Combine(_directory, "loops"), files),
            PciDrivers = new PciDrivers(services, claims, new PciLedger(Path.Combine(_directory, "pci"), files), log),
        };
        var runner = LostUndo is { } lost ? new ForgetfulRunner(Clock, faults, lost) : new Runner(Clock, faults);
        var toolstack = new Toolstack(rooms, runner);
        // Its watches and timers end with it; what it was in the middle of stands still for ever.
        _ = death.ContinueWith(_ => toolstack.DisposeAsync().AsTask(), TaskScheduler.Default);
        await toolstack.StartAsync(CancellationToken.None);
        Network.Add(Name, toolstack.Arrivals);
        _ = death.ContinueWith(_ => Network.Remove(Name), TaskScheduler.Default);
        return new SimulatedXend(toolstack, store) { Rooms = rooms };
    }

    /// <summary>All that is on the host and must be the same after a guest has come and gone.</summary>
    public string Dump() =>
        string.Join(
            '\n',
            Store.Dump(),
            Machine.Dump(),
            Bootloaders.Dump(),
            Hypervisor.Dump(),
            Pci.Dump(),
            Scsi.Dump(),
            DeviceModels.Dump(),
            string.Join('\n', Directory.EnumerateFiles(_directory, "*", SearchOption.AllDirectories))
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var domain in _driverDomains)
        {
            await domain.DisposeAsync();
        }
        await Backends.DisposeAsync();
        await Balloons.DisposeAsync();
        await _kernelStore.DisposeAsync();
        // A daemon that was let go of without its end may write a last file meanwhile.
        for (var tries = 0; Directory.Exists(_directory); tries++)
        {
            try
            {
                Directory.Delete(_directory, recursive: true);
            }
            catch (IOException) when (tries < 100)
            {
                await Task.Delay(20);
            }
        }
    }
}

internal sealed class WarningSink : ILogEventSink
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public void Emit(LogEvent logEvent) => Lines.Enqueue(logEvent.RenderMessage(CultureInfo.InvariantCulture));
}

/// <summary>One daemon on a simulated host.</summary>
public sealed class SimulatedXend(Toolstack toolstack, XenStoreClient store) : IAsyncDisposable
{
    public Toolstack Toolstack => toolstack;

    /// <summary>What the daemon has inside, for tests of one part of it.</summary>
    public required OperationRooms Rooms { get; init; }

    public XenStoreStatistics StoreRequests => store.Statistics;

    public async ValueTask DisposeAsync()
    {
        await toolstack.DisposeAsync();
        await store.DisposeAsync();
    }
}
