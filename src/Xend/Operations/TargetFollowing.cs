using System.Globalization;
using Xend.Domains;
using Xend.Operations.Change;

namespace Xend.Operations;

/// <summary>Another tool (xl mem-set, a balloon script) may write the memory/target of a guest of ours: that is then what the guest is to have.</summary>
/// <remarks>Only dom0 can write the node. What is written there goes the way of xm mem-set: promised by the broker, kept, and a limit in Xen.</remarks>
internal sealed class TargetFollowing(OperationRooms rooms, DomainQueues queues, Lifecycle lifecycle) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Uuid, uint Id), (CancellationTokenSource Stop, Task Loop)> _followed = [];
    private bool _disposed;

    /// <summary>Watches the targets of the guests among these that run, and no others.</summary>
    public void Watch(IEnumerable<DomainEntry> entries)
    {
        var running = entries
            .Where(entry => entry is { State: DomainState.Running, Config: not null, Runtime.Id: not null })
            .Select(entry => (entry.Uuid, Id: entry.Runtime.Id!.Value))
            .ToHashSet();
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }
            foreach (var guest in _followed.Keys.Where(guest => !running.Contains(guest)).ToList())
            {
                _followed.Remove(guest, out var old);
                _ = EndAsync(old);
            }
            foreach (var guest in running.Where(guest => !_followed.ContainsKey(guest)))
            {
                var stop = new CancellationTokenSource();
                var (uuid, id) = guest;
                _followed[guest] = (stop, WatchLoop.RunAsync(rooms.Host, rooms.Log, TargetOf(id), () => FollowAsync(uuid, id, stop.Token), stop.Token));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<(CancellationTokenSource Stop, Task Loop)> followed;
        lock (_lock)
        {
            _disposed = true;
            followed = [.. _followed.Values];
            _followed.Clear();
        }
        await Task.WhenAll(followed.Select(EndAsync)).ConfigureAwait(false);
    }

    private static async Task EndAsync((CancellationTokenSource Stop, Task Loop) followed)
    {
        await followed.Stop.CancelAsync().ConfigureAwait(false);
        await followed.Loop.ConfigureAwait(false);
        followed.Stop.Dispose();
    }

    private static string TargetOf(uint id) => $"{DomainNodes.PathOf(id)}/memory/target";

    private async Task FollowAsync(Guid uuid, uint id, CancellationToken cancellation)
    {
        if (await ReadChangeAsync(uuid, id, cancellation).ConfigureAwait(false) is not { } seen)
        {
            return;
        }
        try
        {
            await queues.RunAsync(uuid, seen.Entry.Name, "follow-target", Requester.Daemon, turn => FollowInTurnAsync(uuid, id, turn), cancellation).ConfigureAwait(false);
        }
        catch (XendError error)
        {
            OperationLog.TargetNotFollowed(rooms.Log, seen.Entry.Name, seen.Mib, error.Message);
        }
    }

    /// <summary>What was seen may have been written by an operation that had the turn, and be undone by now.</summary>
    private async Task<bool> FollowInTurnAsync(Guid uuid, uint id, CancellationToken turn)
    {
        if (await ReadChangeAsync(uuid, id, turn).ConfigureAwait(false) is not var (entry, mib))
        {
            return false;
        }
        if (mib > entry.Config!.MaxMemoryMib)
        {
            OperationLog.TargetNotFollowed(rooms.Log, entry.Name, mib, $"it can have {entry.Config.MaxMemoryMib} MiB at most (maxmem)");
            return false;
        }
        await lifecycle.RunAsync(OperationKind.MemSet, entry, ChangePlan.Memory(entry, mib), turn).ConfigureAwait(false);
        OperationLog.TargetFollowed(rooms.Log, entry.Name, mib);
        return true;
    }

    /// <summary>The guest and the MiB that it is to have, where that is another figure than the one that is kept.</summary>
    private async Task<(DomainEntry Entry, uint Mib)?> ReadChangeAsync(Guid uuid, uint id, CancellationToken cancellation)
    {
        var target = await rooms.Host.Store.ReadAsync(TargetOf(id), cancellation).ConfigureAwait(false);
        return rooms.Registry.Find(uuid) is { State: DomainState.Running, Config: { } config } entry && entry.Runtime.Id == id
            && ulong.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
            && kib / 1024 is > 0 and <= uint.MaxValue and var mib && mib != config.MemoryMib
            ? (entry, (uint)mib)
            : null;
    }
}
