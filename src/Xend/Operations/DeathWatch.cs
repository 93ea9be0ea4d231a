using Xend.Hypervisor;

namespace Xend.Operations;

/// <summary>
/// When to look again while domains are dying. xenstored tells of a death when it begins; nobody tells when Xen has freed the last page.
/// </summary>
/// <remarks>
/// As long as the last of them has been dying, and so again and again: what takes little time is seen at once, and what takes long, since
/// somebody holds its memory, costs little.
/// </remarks>
internal sealed class DeathWatch(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private HashSet<(uint Id, Guid Uuid)> _dying = [];
    private long _since;

    /// <summary>Takes note of what a look has seen. True where a domain dies that did not before.</summary>
    public bool Note(IEnumerable<DomainInfo> domains)
    {
        var dying = domains.Where(domain => domain.Dying).Select(domain => (domain.Id, domain.Uuid)).ToHashSet();
        lock (_lock)
        {
            var more = !dying.IsSubsetOf(_dying);
            if (more)
            {
                _since = clock.GetTimestamp();
            }
            _dying = dying;
            return more;
        }
    }

    /// <summary>The pause until the next look; null where nothing is dying.</summary>
    public TimeSpan? Pause()
    {
        lock (_lock)
        {
            return _dying.Count == 0 ? null
                : clock.GetElapsedTime(_since) is var elapsed && elapsed > Shortest ? elapsed
                : Shortest;
        }
    }
}
