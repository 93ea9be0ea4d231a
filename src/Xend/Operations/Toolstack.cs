using System.Collections.Immutable;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.HostLife;
using Xend.Operations.Migration;
using Xend.Operations.Policies;
using Xend.Requests;

namespace Xend.Operations;

/// <summary>The request handler: looks the domain up, waits for its turn, runs the plan, answers from the new picture.</summary>
public sealed partial class Toolstack : IToolstack, IAsyncDisposable
{
    /// <summary>Old xend's, for a domain that does not run.</summary>
    private const int MostCpusShown = 64;

    private readonly OperationRooms _rooms;
    private readonly DomainQueues _queues;
    private readonly Lifecycle _lifecycle;
    private readonly Reconciler _reconciler;
    private readonly Recovery _recovery;
    private readonly DomainListing _listing;
    private readonly Autostart _autostart;

    public Toolstack(OperationRooms rooms, Runner runner)
    {
        _rooms = rooms;
        _queues = new DomainQueues(rooms.Domains, rooms.Host);
        _lifecycle = new Lifecycle(rooms, runner);
        _reconciler = new Reconciler(rooms, _queues, _lifecycle, new EndPolicy(rooms, _lifecycle));
        _recovery = new Recovery(rooms, _lifecycle);
        _listing = new DomainListing(rooms.Domains, rooms.Host);
        Arrivals = new ArrivalDesk(rooms, ArriveAsync);
        _autostart = new Autostart(
            rooms,
            (uuid, turn) => StartAsync(uuid, paused: false, Requester.Daemon, turn),
            (uuid, turn) => ResumeAsync(uuid, paused: false, Requester.Daemon, turn)
        );
    }

    /// <summary>Recovers what an earlier daemon left, looks at the host and starts to watch it.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _recovery.RunAsync(cancellation).ConfigureAwait(false);
        _rooms.Host.DeviceModels.Ended += _reconciler.Poke;
        await _reconciler.StartAsync(cancellation).ConfigureAwait(false);
        await ApplyControlDomainCpusAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Looks at the host now, and not when the next event or the next interval comes.</summary>
    public void LookAgain() => _reconciler.Poke();

    public ValueTask DisposeAsync()
    {
        _rooms.Host.DeviceModels.Ended -= _reconciler.Poke;
        _autostart.Dispose();
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

    public async Task<DomainView> CreateAsync(DomainConfig wanted, Requester requester, CancellationToken cancellation)
    {
        await LookAsync($"create {wanted.Name}", cancellation).ConfigureAwait(false);
        if (_rooms.Domains.Find(wanted.Uuid) is { Managed: true, State: DomainState.Halted } kept)
        {
            await StartAsync(kept, wanted, paused: true, requester, cancellation).ConfigureAwait(false);
            return FindDomain(wanted.Uuid.ToString());
        }
        var entry = new DomainEntry
        {
            Uuid = wanted.Uuid,
            Name = wanted.Name,
            Config = wanted,
            State = DomainState.Creating,
        };
        OperationLog.Asked(_rooms.Log, $"create {wanted.Name}", requester);
        await MakeAsync(
                entry,
                OperationKind.Create,
                requester,
                turn => _lifecycle.CreateAsync(OperationKind.Create, entry, [], unpause: false, turn),
                cancellation
            )
            .ConfigureAwait(false);
        return FindDomain(wanted.Uuid.ToString());
    }

    /// <summary>Makes a domain that nobody knew: its name and UUID are its own from now on.</summary>
    private async Task MakeAsync(
        DomainEntry entry,
        OperationKind kind,
        Requester requester,
        Func<CancellationToken, Task> make,
        CancellationToken cancellation
    )
    {
        _rooms.Domains.Reserve(entry);
        var begun = false;
        try
        {
            await RunAsync(
                    entry,
                    kind,
                    requester,
                    turn =>
                    {
                        begun = true;
                        return make(turn);
                    },
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch when (!begun)
        {
            // Its turn never came: what would undo it never ran.
            _rooms.Domains.Remove(entry.Uuid);
            throw;
        }
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

    public Task SetPauseFlagAsync(string reference, bool paused, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        try
        {
            // No turn is needed: it is one change of the store, and what it says is for whoever makes the domain next.
            _ = _rooms.Domains.Change(entry.Uuid, known => known with { PausedByAdmin = paused })
                ?? throw XendError.NoSuchDomain(reference);
            return Task.CompletedTask;
        }
        catch (Exception error)
        {
            throw Failure.Explain(error, $"pause flag of {entry.Name}");
        }
    }

    public bool GetPauseFlag(string reference) => Resolve(reference).PausedByAdmin;

    public int GetRestartCount(string reference) => Resolve(reference).RestartCount;

    public IReadOnlyList<VcpuInfo> GetVcpus(string reference)
    {
        var view = FindDomain(reference);
        return view.Id is not { } id
            ? NeverRun(view)
            :
            [
                .. Enumerable
                    .Range(0, (int)view.Vcpus)
                    .Select(vcpu => _rooms.Host.Hypervisor.GetVcpuInfo(id, (uint)vcpu))
                    .OfType<VcpuInfo>(),
            ];
    }

    /// <summary>The vCPUs that a domain will have: nowhere, and free to go anywhere that its configuration lets them.</summary>
    private static IReadOnlyList<VcpuInfo> NeverRun(DomainView view)
    {
        var anywhere = Enumerable.Range(0, MostCpusShown).ToImmutableArray();
        var pinned = view.Config?.Cpus ?? [];
        return
        [
            .. Enumerable
                .Range(0, (int)view.Vcpus)
                .Select(vcpu => new VcpuInfo(
                    (uint)vcpu,
                    Online: false,
                    Blocked: false,
                    Running: false,
                    CpuTimeNs: 0,
                    Cpu: -1,
                    vcpu < pinned.Length && !pinned[vcpu].IsEmpty ? pinned[vcpu] : anywhere
                )),
        ];
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

    private DomainEntry Resolve(string reference) => _rooms.Domains.Resolve(reference) ?? throw XendError.NoSuchDomain(reference);

    /// <summary>The domain as it is when its turn has come; throws where the operation makes no sense for it any more.</summary>
    private DomainEntry Demand(Guid domain, OperationKind kind)
    {
        var entry = Current(domain);
        if (!kind.AllowedIn.Contains(entry.State))
        {
            throw new XendError(
                ErrorCode.WrongState,
                kind == OperationKind.Shutdown ? "Domain cannot be shutdown" : $"Domain '{entry.Name}' is not started",
                $"{entry.Name} is {entry.State.Describe()}; {kind} needs a running domain."
            );
        }
        return entry;
    }

    private DomainEntry Current(Guid domain) => _rooms.Domains.Find(domain) ?? throw XendError.NoSuchDomain(domain.ToString());

    /// <summary>Takes the domain's turn. Whatever is thrown comes out as an error for people.</summary>
    private async Task RunAsync(
        DomainEntry entry,
        OperationKind kind,
        Requester requester,
        Func<CancellationToken, Task> body,
        CancellationToken cancellation
    )
    {
        try
        {
            await _queues
                .RunAsync(
                    entry.Uuid,
                    entry.Name,
                    kind,
                    requester,
                    async turn =>
                    {
                        await body(turn).ConfigureAwait(false);
                        return true;
                    },
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is not XendError)
        {
            throw Failure.Explain(error, $"{kind} {entry.Name}");
        }
    }
}
