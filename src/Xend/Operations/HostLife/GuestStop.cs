using Xend.Domains;

namespace Xend.Operations.HostLife;

/// <summary>
/// Ends all guests because the host goes down: in the reverse of the order in which they are started, those of one position at once.
/// </summary>
/// <param name="rooms">The daemon's parts.</param>
/// <param name="shutdown">Asks a domain, by its UUID, to power off.</param>
/// <param name="destroy">Ends it at once.</param>
/// <param name="saving">Those whose memory is kept.</param>
internal sealed class GuestStop(
    OperationRooms rooms,
    Func<string, CancellationToken, Task> shutdown,
    Func<string, CancellationToken, Task> destroy,
    GuestSaving saving
)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when none of our guests runs any more.</summary>
    /// <param name="limit">How long a guest may take to go by itself; it is destroyed then.</param>
    /// <param name="cancellation">Gives up: those that were asked go on going.</param>
    public async Task RunAsync(TimeSpan limit, CancellationToken cancellation)
    {
        // None of them comes back, whatever its configuration says about its end.
        foreach (var entry in Guests())
        {
            rooms.Domains.Change(entry.Uuid, known => known with { EndsForGood = true });
        }
        foreach (var group in Guests().GroupBy(entry => entry.Config!.StartOrder.Position).OrderByDescending(group => group.Key))
        {
            await Task.WhenAll(group.Select(entry => StopAsync(entry.Uuid, limit, cancellation))).ConfigureAwait(false);
        }
        // Where the host stays up all the same, those that could not be ended are what they were.
        foreach (var entry in Guests())
        {
            rooms.Domains.Change(entry.Uuid, known => known with { EndsForGood = false });
        }
    }

    private IReadOnlyList<DomainEntry> Guests() => [.. rooms.Domains.Entries.Values.Where(entry => !entry.Foreign && !entry.IsOff)];

    private async Task StopAsync(Guid domain, TimeSpan limit, CancellationToken cancellation)
    {
        // As it is now: until its turn came, it may have been started, restarted or ended.
        if (rooms.Domains.Find(domain) is not { IsOff: false } entry)
        {
            return;
        }
        if (
            entry.State == DomainState.Running
            && saving.Wants(entry)
            && (
                await TryAsync(entry, (_, turn) => saving.KeepAsync(entry, turn), cancellation).ConfigureAwait(false)
                || rooms.Domains.Find(domain) is not { IsOff: false }
            )
        )
        {
            return;
        }
        if (entry.State == DomainState.Departing)
        {
            // It may be another host's, and where it is not nobody can tell before this one is down.
            return;
        }
        if (entry.State is DomainState.Running or DomainState.Creating or DomainState.Restarting && !IsHeld(entry))
        {
            if (
                await TryAsync(entry, shutdown, cancellation).ConfigureAwait(false)
                && await IsGoneWithinAsync(domain, limit, cancellation).ConfigureAwait(false)
            )
            {
                return;
            }
            OperationLog.NotStopped(rooms.Log, entry.Name, limit);
        }
        await TryAsync(entry, destroy, cancellation).ConfigureAwait(false);
    }

    /// <summary>One that cannot be ended keeps no other from being asked.</summary>
    private async Task<bool> TryAsync(DomainEntry entry, Func<string, CancellationToken, Task> act, CancellationToken cancellation)
    {
        try
        {
            await act(entry.Uuid.ToString(), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (XendError error)
        {
            OperationLog.StopFailed(rooms.Log, entry.Name, error);
            return false;
        }
    }

    /// <summary>A paused guest hears nothing.</summary>
    private bool IsHeld(DomainEntry entry) => entry.Runtime.Id is { } id && rooms.Host.Hypervisor.FindDomain(id) is { Paused: true };

    private async Task<bool> IsGoneWithinAsync(Guid uuid, TimeSpan limit, CancellationToken cancellation)
    {
        var start = rooms.Host.Clock.GetTimestamp();
        while (rooms.Domains.Find(uuid) is { IsOff: false })
        {
            if (rooms.Host.Clock.GetElapsedTime(start) > limit)
            {
                return false;
            }
            await Task.Delay(LookEvery, rooms.Host.Clock, cancellation).ConfigureAwait(false);
        }
        return true;
    }
}
