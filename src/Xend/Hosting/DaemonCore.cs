using LibXc.Interop;
using Linux.Interop;
using Serilog.Events;
using Xend.Build;
using Xend.Build.Bootloaders;
using Xend.Build.Saving;
using Xend.DeviceModel;
using Xend.Devices;
using Xend.Domains;
using Xend.Host;
using Xend.Hosting.Logging;
using Xend.Hotplug;
using Xend.Hypervisor;
using Xend.Memory;
using Xend.Operations;
using Xend.Persistence;
using Xend.Relocation;
using Xend.Requests;
using XenStore;

namespace Xend.Hosting;

/// <summary>The rooms behind the interfaces, put together for a real host.</summary>
public sealed class DaemonCore : IDaemonCore
{
    private readonly CurrentOptions _options;
    private readonly Toolstack _toolstack;
    private readonly XenStoreClient _store;
    private readonly XenHypervisor _hypervisor;
    private readonly ChildImageBuilder _builder;
    private readonly IdleCollection _idle;
    private readonly HostNetwork _network;

    private DaemonCore(
        CurrentOptions options,
        Toolstack toolstack,
        XenStoreClient store,
        XenHypervisor hypervisor,
        ChildImageBuilder builder,
        IdleCollection idle,
        HostNetwork network
    )
    {
        _options = options;
        _toolstack = toolstack;
        _store = store;
        _hypervisor = hypervisor;
        _builder = builder;
        _idle = idle;
        _network = network;
    }

    public IToolstack Toolstack => _toolstack;

    /// <summary>Opens Xen and xenstored and takes the running guests back.</summary>
    public static async Task<IDaemonCore> StartAsync(DaemonContext context, CancellationToken cancellation)
    {
        var options = new CurrentOptions(context.Options);
        var libxcLog = XendLog.For(context.Log, "LibXc");
        var hypervisor = OpenXen(libxcLog);
        if (hypervisor.Warning is { } warning)
        {
            libxcLog.Warning("{Warning}", warning);
        }
        var store = new XenStoreClient();
        var buildLog = XendLog.For(context.Log, "Build");
        var builder = new ChildImageBuilder(
            new ChildImageBuilderOptions
            {
                KernelCacheDirectory = context.Paths.KernelCacheDirectory,
                Log = line => buildLog.Write(LevelOf(line), "{Line}", line.ToString()),
            }
        );
        var operationLog = XendLog.For(context.Log, "Operations");
        var idle = new IdleCollection(TimeProvider.System, () => IdleCollection.Collect(operationLog));
        var host = new HostServices(
            hypervisor,
            store,
            builder,
            new ScriptRunner(TimeProvider.System, XendLog.For(context.Log, "Hotplug")),
            new HostDevices(KernelImage.Inspect),
            new ChildCoreDumper(),
            HostClock.Instance,
            options
        )
        {
            Bootloaders = new BootloaderRunner(context.Paths.BootDirectory, VersionOf(hypervisor), TimeProvider.System, buildLog),
            DeviceModels = new QemuDeviceModels(context.Paths.DeviceModelLogDirectory, TimeProvider.System),
            SaveFiles = new ChildSaveFiles(line => buildLog.Write(LevelOf(line), "{Line}", line.ToString())),
            Inventory = new HostInventory(),
            Pci = new PciDevices(),
            Scsi = new ScsiTargets(),
            Sockets = new UnixSockets(),
            Peers = new RelocationPeers(() => RelocationServers.CredentialsOf(options.Value)),
            WhenIdle = idle.Begin,
        };
        var files = new DurableFiles();
        var domains = new DomainStore(
            new DomainFiles(
                new DomainRecords(context.Paths.RecordsDirectory, files, operationLog),
                new ManagedDomains(context.Options.DomainsPath, files, operationLog)
            )
        );
        var claims = new DeviceClaims();
        var rooms = new OperationRooms(
            host,
            new HostMemory(host, domains),
            claims,
            domains,
            new Journal(context.Paths.JournalDirectory, TimeProvider.System, operationLog),
            operationLog
        )
        {
            Loops = new LoopLedger(context.Paths.LoopsDirectory, files),
            Arrivals = new ArrivalLedger(context.Paths.ArrivalsDirectory, files, TimeProvider.System),
            PciDrivers = new PciDrivers(host, claims, new PciLedger(context.Paths.PciDirectory, files), operationLog),
        };
        var network = new HostNetwork(host.Scripts, context.Options.NetworkScript, operationLog);
        var toolstack = new Toolstack(rooms, new Runner(TimeProvider.System, FaultFile.FromEnvironment()));
        try
        {
            await store.ConnectAsync(cancellation).ConfigureAwait(false);
            await toolstack.StartAsync(cancellation).ConfigureAwait(false);
            builder.Warm();
            await network.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not XendError and not OperationCanceledException)
        {
            throw Failure.Explain(error, "start");
        }
        return new DaemonCore(options, toolstack, store, hypervisor, builder, idle, network);
    }

    private static string VersionOf(XenHypervisor hypervisor) => hypervisor.GetXenInfo() is var xen ? $"{xen.Major}.{xen.Minor}" : "";

    // What libxc calls a detail, it says a hundred times for each guest.
    private static LogEventLevel LevelOf(XenLogLine line) =>
        line.Level switch
        {
            >= XenLogLevel.Error => LogEventLevel.Error,
            XenLogLevel.Warning => LogEventLevel.Warning,
            >= XenLogLevel.Info => LogEventLevel.Debug,
            _ => LogEventLevel.Verbose,
        };

    /// <summary>Missing libraries are a matter for whoever installed the host: their sentence says which and what to install.</summary>
    private static XenHypervisor OpenXen(Serilog.ILogger log)
    {
        try
        {
            return XenHypervisor.Open(line => log.Debug("{Line:l}", line.ToString()));
        }
        catch (HypervisorException error)
        {
            throw error.Call == "dlopen"
                ? new XendError(ErrorCode.Hypervisor, error.Reason, error.Detail, cause: error)
                : Failure.Explain(error, "start");
        }
    }

    public Task StartGuestsAsync(CancellationToken cancellation) => _toolstack.StartGuestsAsync(cancellation);

    public Task ApplyStopPoliciesAsync(CancellationToken cancellation) => _toolstack.ApplyStopPoliciesAsync(cancellation);

    public IRelocationService Arrivals => _toolstack.Arrivals;

    public bool IsSuspending => _toolstack.IsSuspending;

    public Task StopNetworkAsync(CancellationToken cancellation) => _network.StopAsync(cancellation);

    public CurrentOptions Options => _options;

    public void Apply(XendOptions options) => _options.Value = options;

    public async ValueTask DisposeAsync()
    {
        await _toolstack.DisposeAsync().ConfigureAwait(false);
        _idle.Dispose();
        _builder.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
        _hypervisor.Dispose();
    }
}
