using Sxp;
using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Create;

namespace Xend.Operations;

/// <summary>The request handler: looks the domain up, waits for its turn, runs the plan, answers from the new picture.</summary>
public sealed class Toolstack : IToolstack, IAsyncDisposable
{
    private const int LongestLogBytes = 1024 * 1024;

    private readonly OperationRooms _rooms;
    private readonly DomainQueues _queues;
    private readonly Lifecycle _lifecycle;
    private readonly Reconciler _reconciler;
    private readonly Recovery _recovery;
    private readonly DomainListing _listing;
    private readonly DiscChange _discChange;
    private readonly ShutdownSignal _shutdownSignal;

    public Toolstack(OperationRooms rooms, Runner runner)
    {
        _rooms = rooms;
        _queues = new DomainQueues(rooms.Registry, rooms.Host.Clock);
        _lifecycle = new Lifecycle(rooms, runner);
        _reconciler = new Reconciler(rooms, _queues, _lifecycle);
        _recovery = new Recovery(rooms, _lifecycle);
        _listing = new DomainListing(rooms.Registry, rooms.Host);
        _discChange = new DiscChange(rooms);
        _shutdownSignal = new ShutdownSignal(rooms);
    }

    /// <summary>Recovers what an earlier daemon left, looks at the host and starts to watch it.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _recovery.RunAsync(cancellation).ConfigureAwait(false);
        _rooms.Host.DeviceModels.Ended += _reconciler.Poke;
        await _reconciler.StartAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _rooms.Host.DeviceModels.Ended -= _reconciler.Poke;
        return _reconciler.DisposeAsync();
    }

    public IReadOnlyList<DomainView> ListDomains()
    {
        var (views, complete) = _listing.ListAll();
        if (!complete)
        {
            _reconciler.Poke();
        }
        return views;
    }

    public DomainView FindDomain(string reference) => _listing.View(Resolve(reference));

    public async Task<DomainView> CreateAsync(SList config, Requester requester, CancellationToken cancellation)
    {
        var wanted = new DomainConfigReader(_rooms.Host.Options.VifScript).Read(config);
        var entry = new DomainEntry { Uuid = wanted.Uuid, Name = wanted.Name, Config = wanted, State = DomainState.Creating };
        await LookAsync($"create {wanted.Name}", cancellation).ConfigureAwait(false);
        _rooms.Registry.Reserve(entry);
        OperationLog.Asked(_rooms.Log, $"create {wanted.Name}", requester);
        await RunAsync(entry, "create", requester, turn => _lifecycle.CreateAsync(entry, turn), cancellation).ConfigureAwait(false);
        return FindDomain(wanted.Uuid.ToString());
    }

    public async Task WaitForDevicesAsync(string reference, CancellationToken cancellation)
    {
        // Creating connects them, so a domain that has come so far has them; one that is under way is waited for.
        var entry = Resolve(reference);
        await _queues.RunAsync(entry.Uuid, entry.Name, "wait for devices", Requester.Daemon, _ => Task.FromResult(true), cancellation).ConfigureAwait(false);
        Resolve(reference);
    }

    public async Task WaitForConsoleAsync(string reference, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        try
        {
            await new ConsoleWait(_rooms).RunAsync(entry, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw Failure.Explain(error, $"console of {entry.Name}");
        }
    }

    public async Task DestroyAsync(string reference, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot destroy privileged domain {entry.Name}");
        }
        OperationLog.Asked(_rooms.Log, $"destroy {entry.Name}", requester);
        if (entry.State == DomainState.Creating)
        {
            _queues.CancelCurrent(entry.Uuid);
        }
        await _queues.RunAsync(
            entry.Uuid,
            entry.Name,
            "destroy",
            requester,
            async turn =>
            {
                if (_rooms.Registry.Find(entry.Uuid) is { } current)
                {
                    await _lifecycle.DestroyAsync(current, turn).ConfigureAwait(false);
                }
                return true;
            },
            cancellation).ConfigureAwait(false);
        _queues.Forget(entry.Uuid);
    }

    public async Task<string?> ShutdownAsync(string reference, string reason, Requester requester, CancellationToken cancellation)
    {
        if (reason is not ("poweroff" or "halt" or "reboot" or "suspend" or "crash"))
        {
            throw new XendError(ErrorCode.InvalidRequest, $"Invalid reason: {DomainConfigReader.Printable(reason)}");
        }
        var entry = Resolve(reference);
        if (entry.Runtime.Id is not { } id)
        {
            throw new XendError(ErrorCode.WrongState, "Domain cannot be shutdown", $"{entry.Name} is {entry.State.Describe()}.");
        }
        if (id == 0)
        {
            throw new XendError(ErrorCode.WrongState, "Domain 0 cannot be shutdown");
        }
        string? notice = null;
        await RunAsync(
            entry,
            "shutdown",
            requester,
            async turn =>
            {
                Demand(entry.Uuid, "shutdown");
                OperationLog.Asked(_rooms.Log, $"shutdown {entry.Name} ({reason})", requester);
                notice = await _shutdownSignal.SendAsync(entry, id, reason, turn).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        _reconciler.Poke();
        return notice;
    }

    public Task ConfigureDeviceAsync(string reference, SList device, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (DeviceConfigReader.ReadOne(device, entry.Uuid, _rooms.Host.Options.VifScript) is not VbdConfig wanted)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Refusing to reconfigure device {DomainConfigReader.Printable(device.Name ?? "")}",
                "Only the disc in a CD drive can be changed while a guest runs.");
        }
        return RunAsync(
            entry,
            "configure device",
            requester,
            turn =>
            {
                Demand(entry.Uuid, "configure");
                OperationLog.Asked(_rooms.Log, $"configure {wanted.Name} of {entry.Name}", requester);
                return _discChange.ChangeAsync(_rooms.Registry.Find(entry.Uuid)!, wanted, turn);
            },
            cancellation);
    }

    public VncView GetVnc(string reference)
    {
        var entry = Resolve(reference);
        if (entry is not { Config: { } config, Runtime.Vnc: { } vnc })
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"Domain '{entry.Name}' has no VNC display",
                entry.Runtime.Id is null ? "It does not run." : null,
                "Give it one: vnc = 1 for an HVM guest, vfb = ['vnc=1'] for others.");
        }
        return new VncView(vnc.Host, vnc.Port, VncPassword.Of(DeviceModel.QemuArguments.DisplayOf(config), _rooms.Host.Options));
    }

    public Task PauseAsync(string reference, Requester requester, CancellationToken cancellation) =>
        SetPausedAsync(reference, "pause", true, requester, cancellation);

    public Task UnpauseAsync(string reference, Requester requester, CancellationToken cancellation) =>
        SetPausedAsync(reference, "unpause", false, requester, cancellation);

    public Task SetPauseFlagAsync(string reference, bool paused, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (_rooms.Registry.Update(entry.Uuid, known => known with { PausedByAdmin = paused }) is { } changed)
        {
            _rooms.Records.Save(changed);
        }
        return Task.CompletedTask;
    }

    public bool GetPauseFlag(string reference) => Resolve(reference).PausedByAdmin;

    public int GetRestartCount(string reference) => Resolve(reference).RestartCount;

    public IReadOnlyList<VcpuInfo> GetVcpus(string reference)
    {
        var view = FindDomain(reference);
        return view.Id is not { } id
            ? []
            : [.. Enumerable.Range(0, (int)view.Vcpus).Select(vcpu => _rooms.Host.Hypervisor.GetVcpuInfo(id, (uint)vcpu)).OfType<VcpuInfo>()];
    }

    public PhysicalInfo GetPhysicalInfo() => _rooms.Host.Hypervisor.GetPhysicalInfo();

    public XenInfo GetXenInfo() => _rooms.Host.Hypervisor.GetXenInfo();

    public string ReadConsoleRing(bool clear) => _rooms.Host.Hypervisor.ReadConsoleRing(clear);

    public string ReadLog()
    {
        try
        {
            using var file = new FileStream(_rooms.Host.Options.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > LongestLogBytes)
            {
                file.Seek(-LongestLogBytes, SeekOrigin.End);
            }
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(ErrorCode.HostResource, $"The log {_rooms.Host.Options.LogFile} cannot be read: {FileFailure.Reason(error)}", cause: error);
        }
    }

    /// <summary>Another toolstack may have created or destroyed a domain just now, and the event of it be still under way.</summary>
    private async Task LookAsync(string title, CancellationToken cancellation)
    {
        try
        {
            await _reconciler.LookAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw Failure.Explain(error, title);
        }
    }

    private Task SetPausedAsync(string reference, string operation, bool paused, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id is not { } id)
        {
            throw new XendError(ErrorCode.WrongState, $"Domain '{entry.Name}' is not started");
        }
        if (id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot {operation} privileged domain {entry.Name}");
        }
        return RunAsync(
            entry,
            operation,
            requester,
            _ =>
            {
                Demand(entry.Uuid, operation);
                // Xen counts pauses; one of ours is enough, and only one is taken back.
                if (_rooms.Host.Hypervisor.FindDomain(id) is { } info && info.Uuid == entry.Uuid && info.Paused != paused)
                {
                    if (paused)
                    {
                        _rooms.Host.Hypervisor.PauseDomain(id);
                    }
                    else
                    {
                        _rooms.Host.Hypervisor.UnpauseDomain(id);
                    }
                }
                return Task.CompletedTask;
            },
            cancellation);
    }

    private DomainEntry Resolve(string reference) => _rooms.Registry.Resolve(reference) ?? throw XendError.NoSuchDomain(reference);

    private void Demand(Guid domain, string operation)
    {
        if (_rooms.Registry.Find(domain) is not { } entry)
        {
            throw XendError.NoSuchDomain(domain.ToString());
        }
        if (!DomainTransitions.Allow(entry.State, operation))
        {
            throw new XendError(
                ErrorCode.WrongState,
                operation == "shutdown" ? "Domain cannot be shutdown" : $"Domain '{entry.Name}' is not started",
                $"{entry.Name} is {entry.State.Describe()}; {operation} needs a running domain.");
        }
    }

    /// <summary>Takes the domain's turn. Whatever is thrown comes out as an error for people.</summary>
    private async Task RunAsync(
        DomainEntry entry, string operation, Requester requester, Func<CancellationToken, Task> body, CancellationToken cancellation)
    {
        try
        {
            await _queues.RunAsync(
                entry.Uuid,
                entry.Name,
                operation,
                requester,
                async turn =>
                {
                    await body(turn).ConfigureAwait(false);
                    return true;
                },
                cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not XendError)
        {
            throw Failure.Explain(error, $"{operation} {entry.Name}");
        }
    }
}
