using Xend.Domains;
using Xend.Operations.Plans;
using Xend.Operations.Steps;

namespace Xend.Operations;

/// <content>Ending, holding and letting go of domains that run.</content>
public sealed partial class Toolstack
{
    public async Task DestroyAsync(string reference, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot destroy privileged domain {entry.Name}");
        }
        if (entry.State == DomainState.Halted)
        {
            return; // As of old: there is nothing to end.
        }
        OperationLog.Asked(_rooms.Log, $"destroy {entry.Name}", requester);
        await RunAsync(
                entry,
                OperationKind.Destroy,
                requester,
                async turn =>
                {
                    switch (_rooms.Domains.Find(entry.Uuid))
                    {
                        case { State: DomainState.Suspended } suspended:
                            await _lifecycle.DestroyAsync(suspended, [new DiscardCheckpoint()], turn).ConfigureAwait(false);
                            break;
                        case { State: not DomainState.Halted } current:
                            await _lifecycle.DestroyAsync(current, turn).ConfigureAwait(false);
                            break;
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);
        if (entry.Runtime.Id is { } id && _rooms.Domains.Dying.Find(id, entry.Uuid) is { } dying)
        {
            throw DomainDeath.Explain(dying);
        }
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
                OperationKind.Shutdown,
                requester,
                turn =>
                {
                    var current = Demand(entry.Uuid, OperationKind.Shutdown);
                    OperationLog.Asked(_rooms.Log, $"shutdown {entry.Name} ({reason})", requester);
                    return _lifecycle.RunAsync(OperationKind.Shutdown, current, ControlPlan.Shutdown(reason, text => notice = text), turn);
                },
                cancellation
            )
            .ConfigureAwait(false);
        _reconciler.Poke();
        return notice;
    }

    public Task PauseAsync(string reference, Requester requester, CancellationToken cancellation) =>
        HoldAsync(reference, OperationKind.Pause, requester, cancellation);

    public Task UnpauseAsync(string reference, Requester requester, CancellationToken cancellation) =>
        HoldAsync(reference, OperationKind.Unpause, requester, cancellation);

    private Task HoldAsync(string reference, OperationKind kind, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id is not { } id)
        {
            throw new XendError(ErrorCode.WrongState, $"Domain '{entry.Name}' is not started");
        }
        if (id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot {kind.Name} privileged domain {entry.Name}");
        }
        var plan = kind == OperationKind.Pause ? ControlPlan.Pause() : ControlPlan.Unpause();
        return RunAsync(entry, kind, requester, turn => _lifecycle.RunAsync(kind, Demand(entry.Uuid, kind), plan, turn), cancellation);
    }
}
