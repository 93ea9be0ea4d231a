using System.Globalization;
using Xend.Domains;
using Xend.Operations.Plans;

namespace Xend.Operations;

/// <summary>
/// Another tool (xl mem-set, a balloon script) may write the memory/target of a guest of ours: that is then what the guest is to have.
/// </summary>
/// <remarks>
/// Only dom0 can write the node. What is written there is promised by the broker, kept, and made the limit in Xen; the node itself is never
/// written here, so that a tool which writes again meanwhile loses nothing. What is refused is looked at again from time to time.
/// </remarks>
internal sealed class TargetFollowing(OperationRooms rooms, DomainQueues queues, Lifecycle lifecycle) : IAsyncDisposable
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Uuid, uint Id), Following> _followed = [];
    private bool _disposed;

    /// <summary>Keeps the watches in step with the guests that run, from now until it is stopped.</summary>
    public async Task FollowGuestsAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var changes = rooms.Domains.Follow();
            Watch(rooms.Domains.Entries.Values);
            try
            {
                await foreach (var change in changes.ReadAllAsync(stop).ConfigureAwait(false))
                {
                    if (LifeOf(change.Before) != LifeOf(change.After))
                    {
                        Watch(rooms.Domains.Entries.Values);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The life of a guest whose target is followed; null of any other domain.</summary>
    private static (Guid Uuid, uint Id)? LifeOf(DomainEntry? entry) =>
        entry is { State: DomainState.Running, Config: not null, Runtime.Id: { } id } ? (entry.Uuid, id) : null;

    /// <summary>
    /// Watches the targets of the guests among these that run, and no others. Called at each look too, and so looks again at what was
    /// refused.
    /// </summary>
    public void Watch(IEnumerable<DomainEntry> entries)
    {
        var running = entries.Select(LifeOf).OfType<(Guid Uuid, uint Id)>().ToHashSet();
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }
            foreach (var guest in _followed.Keys.Where(guest => !running.Contains(guest)).ToList())
            {
                _followed.Remove(guest, out var old);
                _ = old!.EndAsync();
            }
            foreach (var guest in running.Where(guest => !_followed.ContainsKey(guest)))
            {
                _followed[guest] = Following.Start(stop =>
                    WatchLoop.RunAsync(rooms.Host, rooms.Log, TargetOf(guest.Id), () => FollowAsync(guest, stop), stop)
                );
            }
            var now = rooms.Host.Clock.GetUtcNow();
            foreach (var (guest, following) in _followed.Where(followed => followed.Value.Again <= now))
            {
                following.Again = null;
                following.Retry = TryAgainAsync(guest, following.Stop);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Following> followed;
        lock (_lock)
        {
            _disposed = true;
            followed = [.. _followed.Values];
            _followed.Clear();
        }
        await Task.WhenAll(followed.Select(following => following.EndAsync())).ConfigureAwait(false);
    }

    private static string TargetOf(uint id) => $"{DomainNodes.PathOf(id)}/memory/target";

    private async Task TryAgainAsync((Guid Uuid, uint Id) guest, CancellationToken stop)
    {
        try
        {
            await FollowAsync(guest, stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            OperationLog.LookFailed(rooms.Log, error);
            LookAgainLater(guest);
        }
    }

    private async Task FollowAsync((Guid Uuid, uint Id) guest, CancellationToken stop)
    {
        if (await ReadChangeAsync(guest, stop).ConfigureAwait(false) is not { } seen)
        {
            return;
        }
        try
        {
            await queues
                .RunAsync(
                    guest.Uuid,
                    seen.Entry.Name,
                    OperationKind.FollowTarget,
                    Requester.Daemon,
                    turn => FollowInTurnAsync(guest, turn),
                    stop
                )
                .ConfigureAwait(false);
        }
        catch (XendError error)
        {
            OperationLog.TargetNotFollowed(rooms.Log, seen.Entry.Name, seen.Mib, error.Message);
            LookAgainLater(guest);
        }
    }

    /// <summary>What was seen may have been written by an operation that had the turn, and be undone by now.</summary>
    private async Task<bool> FollowInTurnAsync((Guid Uuid, uint Id) guest, CancellationToken turn)
    {
        if (await ReadChangeAsync(guest, turn).ConfigureAwait(false) is not var (entry, mib))
        {
            return false;
        }
        if (mib > entry.Config!.MaxMemoryMib)
        {
            OperationLog.TargetNotFollowed(rooms.Log, entry.Name, mib, $"it can have {entry.Config.MaxMemoryMib} MiB at most (maxmem)");
            return false;
        }
        await lifecycle.RunAsync(OperationKind.FollowTarget, entry, ChangePlan.FollowedMemory(entry, mib), turn).ConfigureAwait(false);
        OperationLog.TargetFollowed(rooms.Log, entry.Name, mib);
        return true;
    }

    /// <summary>The guest and the MiB that it is to have, where that is another figure than the one that is kept.</summary>
    private async Task<(DomainEntry Entry, uint Mib)?> ReadChangeAsync((Guid Uuid, uint Id) guest, CancellationToken cancellation)
    {
        var target = await rooms.Host.Store.ReadAsync(TargetOf(guest.Id), cancellation).ConfigureAwait(false);
        return
            rooms.Domains.Find(guest.Uuid) is { State: DomainState.Running, Config: { } config } entry
            && entry.Runtime.Id == guest.Id
            && ulong.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
            && kib / 1024 is > 0 and <= uint.MaxValue and var mib
            && mib != config.MemoryMib
            ? (entry, (uint)mib)
            : null;
    }

    private void LookAgainLater((Guid Uuid, uint Id) guest)
    {
        lock (_lock)
        {
            if (_followed.TryGetValue(guest, out var following))
            {
                following.Again = rooms.Host.Clock.GetUtcNow() + AgainAfter;
            }
        }
    }

    /// <summary>The watch on one guest's target.</summary>
    private sealed class Following
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _loop = Task.CompletedTask;

        public CancellationToken Stop => _stop.Token;

        /// <summary>When a target that was refused is looked at again; null where none was. Under the lock of all.</summary>
        public DateTimeOffset? Again { get; set; }

        /// <summary>The last such look.</summary>
        public Task Retry { get; set; } = Task.CompletedTask;

        public static Following Start(Func<CancellationToken, Task> loop)
        {
            var following = new Following();
            following._loop = loop(following.Stop);
            return following;
        }

        public async Task EndAsync()
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_loop, Retry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
