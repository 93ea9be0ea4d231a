using System.Collections.Immutable;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Steps;

namespace Xend.Operations.Policies;

/// <summary>What is done because of a guest's end.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Why">Why it is done, for those who ask later.</param>
/// <param name="Act">How it is run once the domain's turn has come.</param>
public sealed record PolicyAction(OperationKind Kind, string Why, Func<DomainEntry, CancellationToken, Task> Act);

/// <summary>
/// What is done when a guest has ended: what its configuration says, within the limits of <see cref="RestartProtection"/>.
/// </summary>
public sealed class EndPolicy(OperationRooms rooms, Lifecycle lifecycle)
{
    /// <summary>What follows a guest's end.</summary>
    public PolicyAction Choose(DomainEntry entry, ShutdownReason reason)
    {
        var end = $"the guest ended: {reason.ToString().ToLowerInvariant()}";
        var action = entry.EndsForGood ? DomainAction.Destroy : ActionFor(entry, reason);
        ImmutableArray<Step> first = WantsCore(action, reason) ? [new DumpCore(rooms.Host.Options.DumpPath)] : [];
        if (action == DomainAction.Preserve)
        {
            return new(OperationKind.Preserve, end, (current, turn) => lifecycle.PreserveAsync(current, first, turn));
        }
        if (action is DomainAction.Destroy or DomainAction.CoredumpDestroy)
        {
            return new(OperationKind.Destroy, end, (current, turn) => lifecycle.DestroyAsync(current, first, turn));
        }
        var note = RestartProtection.AfterEnd(entry, reason, Now);
        if (note?.State == RestartState.GaveUp)
        {
            return new(OperationKind.Destroy, $"it is not started again: {note.Reason}", (current, turn) =>
                lifecycle.DestroyAsync(current, [.. first, new GiveUp(note)], turn)
            );
        }
        var kind =
            action == DomainAction.RenameRestart ? OperationKind.RenameRestart
            : note is null ? OperationKind.Restart
            : OperationKind.Wait;
        return new(kind, note?.Reason ?? end, (current, turn) => lifecycle.RestartAsync(kind, current, first, note, turn));
    }

    /// <summary>
    /// A domain that waited for its restart has waited long enough; or its restart was left by who was at it, and waits for nobody.
    /// </summary>
    public bool IsDue(DomainEntry entry) =>
        entry is { State: DomainState.Waiting or DomainState.Restarting, Operation: null, EndsForGood: false } && DueAt(entry) <= Now;

    /// <summary>When the next of these that waits is due; null where none does.</summary>
    public TimeSpan? NextDue(IEnumerable<DomainEntry> domains)
    {
        var waiting = domains.Where(entry => entry is { State: DomainState.Waiting, Operation: null, EndsForGood: false }).ToList();
        return waiting.Count == 0 ? null : TimeSpan.FromSeconds(Math.Max(0, waiting.Min(DueAt) - Now));
    }

    private static double DueAt(DomainEntry entry) => entry.State == DomainState.Waiting ? entry.Note?.Until ?? 0 : 0;

    /// <summary>Starts one that is due. The dead self of a rename-restart that failed may still be there to be set aside.</summary>
    public Task StartDueAsync(DomainEntry entry, CancellationToken turn)
    {
        var dead =
            entry.Runtime.Id is { } id && rooms.Host.Hypervisor.FindDomain(id) is { Shutdown: { } reason } info && info.Uuid == entry.Uuid
                ? ActionFor(entry, reason)
                : DomainAction.Restart;
        var kind = dead == DomainAction.RenameRestart ? OperationKind.RenameRestart : OperationKind.Restart;
        return lifecycle.RestartAsync(kind, entry, [], wait: null, turn);
    }

    private double Now => rooms.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private bool WantsCore(DomainAction action, ShutdownReason reason) =>
        reason == ShutdownReason.Crash
        && (rooms.Host.Options.DumpCrashes || action is DomainAction.CoredumpDestroy or DomainAction.CoredumpRestart);

    /// <summary>A guest whose power button was pressed for a reboot powers off.</summary>
    private static DomainAction ActionFor(DomainEntry entry, ShutdownReason reason) =>
        reason switch
        {
            ShutdownReason.Poweroff when !entry.RebootWanted => entry.Config!.OnPoweroff,
            ShutdownReason.Poweroff or ShutdownReason.Reboot or ShutdownReason.SoftReset => entry.Config!.OnReboot,
            _ => entry.Config!.OnCrash,
        };
}
