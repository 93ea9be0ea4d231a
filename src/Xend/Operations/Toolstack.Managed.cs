using Sxp;
using Xend.Domains;
using Xend.Operations.Plans;

namespace Xend.Operations;

/// <content>Domains in the daemon's keeping, and what else changes a domain as a whole.</content>
public sealed partial class Toolstack
{
    public async Task NewAsync(DomainConfig wanted, Requester requester, CancellationToken cancellation)
    {
        await LookAsync($"new {wanted.Name}", cancellation).ConfigureAwait(false);
        OperationLog.Asked(_rooms.Log, $"new {wanted.Name}", requester);
        if (
            _rooms.Domains.Find(wanted.Uuid) is { Foreign: false } known
            && (known.State == DomainState.Suspended || OperationKind.New.AllowedIn.Contains(known.State))
        )
        {
            // A domain's configuration is changed by defining it again; what runs goes on as it is.
            await RunAsync(known, OperationKind.New, requester, turn => RedefineAsync(wanted, turn), cancellation).ConfigureAwait(false);
            return;
        }
        var entry = new DomainEntry
        {
            Uuid = wanted.Uuid,
            Name = wanted.Name,
            Config = wanted,
            // In the daemon's keeping, and listed, once its file is written.
            Managed = false,
            State = DomainState.Halted,
        };
        _rooms.Domains.Reserve(entry);
        try
        {
            await RunAsync(
                    entry,
                    OperationKind.New,
                    requester,
                    turn => _lifecycle.RunAsync(OperationKind.New, entry, ManagedPlan.New(wanted, before: null), turn),
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch
        {
            _rooms.Domains.Remove(entry.Uuid);
            throw;
        }
    }

    public async Task DeleteAsync(string reference, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        await RunAsync(
                entry,
                OperationKind.Delete,
                requester,
                async turn =>
                {
                    var current = Current(entry.Uuid);
                    if (!OperationKind.Delete.AllowedIn.Contains(current.State))
                    {
                        throw new XendError(
                            ErrorCode.WrongState,
                            "Domain is not halted.",
                            $"{current.Name} is {current.State.Describe()}.",
                            current.State == DomainState.Suspended
                                ? HintOfSuspended(current.Name)
                                : $"End it first: xm shutdown {current.Name}"
                        );
                    }
                    OperationLog.Asked(_rooms.Log, $"delete {entry.Name}", requester);
                    await _lifecycle.RunAsync(OperationKind.Delete, current, ManagedPlan.Delete(), turn).ConfigureAwait(false);
                    _rooms.Domains.Remove(entry.Uuid);
                },
                cancellation
            )
            .ConfigureAwait(false);
    }

    public async Task StartAsync(string reference, bool paused, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        await LookAsync($"start {entry.Name}", cancellation).ConfigureAwait(false);
        await StartAsync(entry, wanted: null, paused, requester, cancellation).ConfigureAwait(false);
    }

    /// <param name="entry">The domain.</param>
    /// <param name="wanted">The configuration that it is to have from now on; null for the one that it has.</param>
    /// <param name="paused">It is not let run.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up; the configuration is the old one then.</param>
    private Task StartAsync(DomainEntry entry, DomainConfig? wanted, bool paused, Requester requester, CancellationToken cancellation) =>
        RunAsync(
            entry,
            OperationKind.Start,
            requester,
            turn =>
            {
                var current = Current(entry.Uuid);
                if (!OperationKind.Start.AllowedIn.Contains(current.State))
                {
                    throw new XendError(
                        ErrorCode.WrongState,
                        "Domain is already running",
                        $"{current.Name} is {current.State.Describe()}.",
                        current.State == DomainState.Suspended ? HintOfSuspended(current.Name) : null
                    );
                }
                OperationLog.Asked(_rooms.Log, $"start {entry.Name}", requester);
                var starting = BeginLife(current, paused: false);
                return wanted is null
                    ? _lifecycle.CreateAsync(OperationKind.Start, starting, [], unpause: !paused, turn)
                    : _lifecycle.CreateAsync(
                        OperationKind.Start,
                        starting.WithConfig(wanted),
                        ManagedPlan.New(wanted, current.Config),
                        unpause: !paused,
                        turn
                    );
            },
            cancellation
        );

    public async Task RenameAsync(string reference, string name, Requester requester, CancellationToken cancellation)
    {
        DomainName.Checked(name);
        var entry = Resolve(reference);
        if (entry.Foreign)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{entry.Name} cannot be renamed: it is not a domain of xend's.",
                hint: "The toolstack that created a domain can rename it."
            );
        }
        await RunAsync(
                entry,
                OperationKind.Rename,
                requester,
                turn =>
                {
                    var current = Demand(entry.Uuid, OperationKind.Rename);
                    OperationLog.Asked(_rooms.Log, $"rename {entry.Name} to {name}", requester);
                    return _lifecycle.RunAsync(OperationKind.Rename, current, ManagedPlan.Rename(current, name), turn);
                },
                cancellation
            )
            .ConfigureAwait(false);
    }

    public async Task ResetAsync(string reference, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot reset privileged domain {entry.Name}");
        }
        if (entry.Foreign)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{entry.Name} cannot be reset: another toolstack created it.",
                hint: "Only its own toolstack knows how to create it again."
            );
        }
        await RunAsync(
                entry,
                OperationKind.Reset,
                requester,
                turn =>
                {
                    var current = Demand(entry.Uuid, OperationKind.Reset);
                    OperationLog.Asked(_rooms.Log, $"reset {entry.Name}", requester);
                    return _lifecycle.RestartAsync(OperationKind.Reset, current, [], wait: null, turn);
                },
                cancellation
            )
            .ConfigureAwait(false);
    }

    /// <summary>A domain that is off is being made from now on, and nothing of its last life, or its last host, counts any more.</summary>
    /// <param name="current">The domain.</param>
    /// <param name="paused">Whether the administrator is to let it run.</param>
    /// <param name="config">The configuration of this life, where its file has another for the next; null for the one that it has.</param>
    private DomainEntry BeginLife(DomainEntry current, bool paused, DomainConfig? config = null) =>
        _rooms.Domains.Change(current.Uuid, known =>
            (config is null ? known : known.WithConfig(config)) with
            {
                State = DomainState.Creating,
                AwayAt = null,
                RestartCount = 0,
                PausedByAdmin = paused,
            }
        ) ?? current;

    private static string HintOfSuspended(string name) =>
        $"xm resume {name} lets it go on. xm destroy {name} throws its memory away: it is halted then.";

    private Task RedefineAsync(DomainConfig wanted, CancellationToken turn)
    {
        var current = Current(wanted.Uuid);
        if (!OperationKind.New.AllowedIn.Contains(current.State))
        {
            throw new XendError(
                ErrorCode.WrongState,
                "Domain is not halted.",
                $"{current.Name} is {current.State.Describe()}.",
                current.State == DomainState.Suspended ? HintOfSuspended(current.Name) : null
            );
        }
        if (current.State != DomainState.Halted && current.Name != wanted.Name)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"Domain '{wanted.Name}' already exists with ID '{current.Runtime.Id}'",
                $"Domain {current.Name} has the same UUID {wanted.Uuid}, and runs.",
                $"Give it its new name first: xm rename {current.Name} {wanted.Name}"
            );
        }
        return _lifecycle.RunAsync(
            OperationKind.New,
            current,
            current.State == DomainState.Halted ? ManagedPlan.New(wanted, current.Config) : ManagedPlan.NewForNextStart(wanted),
            turn
        );
    }
}
