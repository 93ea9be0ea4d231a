using System.Net.Sockets;
using Xend.Hosting;
using Xend.Operations;
using Xend.Relocation;
using Xend.Requests;
using Xend.Tests.Api;

namespace Xend.Tests.Hosting;

/// <summary>The files of a host, in a directory of a test's own: a dom0 unless the test changes them.</summary>
internal sealed class TestHost : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("xend-host-");
    private readonly Socket _xenStored = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public TestHost()
    {
        Paths = new XendPaths
        {
            ConfigFile = InRoot("xend-config.sxp"),
            PidFile = InRoot("xend.pid"),
            RunDirectory = InRoot("run"),
            DebugLog = InRoot("xend-debug.log"),
            HypervisorType = InRoot("type"),
            Capabilities = InRoot("capabilities"),
            PrivilegedCommands = InRoot("privcmd"),
            XenStoreSocket = InRoot("xenstored"),
        };
        Configure("");
        File.WriteAllText(Paths.HypervisorType, "xen\n");
        File.WriteAllText(Paths.Capabilities, "control_d\n");
        File.WriteAllText(Paths.PrivilegedCommands, "");
        _xenStored.Bind(new UnixDomainSocketEndPoint(Paths.XenStoreSocket));
        _xenStored.Listen();
    }

    public XendPaths Paths { get; }

    public string LogFile => InRoot("xend.log");

    public FakeCore Core { get; } = new();

    public string InRoot(string name) => Path.Combine(_root.FullName, name);

    public void Configure(string options) => File.WriteAllText(Paths.ConfigFile, $"(logfile {LogFile})\n{options}");

    public Task<IDaemonCore> MakeCoreAsync(DaemonContext context, CancellationToken cancellation)
    {
        Core.Context = context;
        return Task.FromResult<IDaemonCore>(Core);
    }

    public void Dispose()
    {
        _xenStored.Dispose();
        _root.Delete(recursive: true);
    }
}

/// <summary>A core that remembers what became of it.</summary>
internal sealed class FakeCore : IDaemonCore
{
    public IToolstack Toolstack { get; } = new FakeToolstack();

    public CurrentOptions Options { get; } = new(new XendOptions());

    public DaemonContext? Context { get; set; }

    public XendOptions? Applied { get; private set; }

    public bool Disposed { get; private set; }

    public Func<ValueTask> OnDispose { get; set; } = () => ValueTask.CompletedTask;

    /// <summary>What the daemon asked for, in order.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What starting the guests is, and does not end with its token.</summary>
    public Task StartingGuests { get; set; } = Task.CompletedTask;

    public Task StartGuestsAsync(CancellationToken cancellation)
    {
        Asked.Enqueue("start guests");
        return StartingGuests;
    }

    /// <summary>No relocation server is started, so nobody is asked.</summary>
    public IRelocationService Arrivals => null!;

    /// <summary>So often guests are found to be suspended still.</summary>
    public int LooksUntilSuspended { get; set; }

    public bool IsSuspending => LooksUntilSuspended-- > 0;

    public Task ApplyStopPoliciesAsync(CancellationToken cancellation)
    {
        Asked.Enqueue("stop policies");
        return Task.CompletedTask;
    }

    public Task StopNetworkAsync(CancellationToken cancellation)
    {
        Asked.Enqueue("stop network");
        return Task.CompletedTask;
    }

    public void Apply(XendOptions options) => Applied = options;

    public async ValueTask DisposeAsync()
    {
        Disposed = true;
        await OnDispose();
    }
}
