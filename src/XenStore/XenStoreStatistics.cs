using System.Collections.Immutable;
using XenStore.Wire;

namespace XenStore;

/// <summary>What a client has done so far. What one operation costs is the difference of two snapshots.</summary>
/// <param name="RequestsByType">Requests sent, for each type that was sent at least once.</param>
/// <param name="Events">Watch events received.</param>
/// <param name="Connections">Connections made: 1, and 1 more for each reconnection.</param>
public sealed record XenStoreStatistics(ImmutableSortedDictionary<XenStoreMessageType, long> RequestsByType, long Events, long Connections)
{
    /// <summary>All requests sent.</summary>
    public long Requests => RequestsByType.Values.Sum();

    /// <summary>Requests of one type sent.</summary>
    public long this[XenStoreMessageType type] => RequestsByType.GetValueOrDefault(type);

    /// <summary>What was done between two snapshots of the same client.</summary>
    public XenStoreStatistics Since(XenStoreStatistics earlier) =>
        new(
            RequestsByType
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value - earlier[entry.Key]))
                .Where(entry => entry.Value != 0)
                .ToImmutableSortedDictionary(),
            Events - earlier.Events,
            Connections - earlier.Connections
        );

    /// <summary><c>READ 3, WRITE 12</c>.</summary>
    public override string ToString() => string.Join(", ", RequestsByType.Select(entry => $"{entry.Key.WireName()} {entry.Value}"));
}

/// <summary>The running counts behind <see cref="XenStoreStatistics"/>.</summary>
internal sealed class XenStoreCounters
{
    private readonly long[] _requests = new long[(int)XenStoreMessageType.DirectoryPart + 1];
    private long _events;
    private long _connections;

    public void RequestSent(XenStoreMessageType type) => Interlocked.Increment(ref _requests[(int)type]);

    public void EventReceived() => Interlocked.Increment(ref _events);

    public void ConnectionMade() => Interlocked.Increment(ref _connections);

    public XenStoreStatistics Snapshot()
    {
        var counts = ImmutableSortedDictionary.CreateBuilder<XenStoreMessageType, long>();
        for (var type = 0; type < _requests.Length; type++)
        {
            if (Interlocked.Read(ref _requests[type]) is > 0 and var count)
            {
                counts.Add((XenStoreMessageType)type, count);
            }
        }

        return new(counts.ToImmutable(), Interlocked.Read(ref _events), Interlocked.Read(ref _connections));
    }
}
