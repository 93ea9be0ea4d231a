using System.Threading.Channels;

namespace Xend.Domains;

/// <summary>One change of what is known of a domain.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Before">As it was; null where it was not known.</param>
/// <param name="After">As it is; null where it is known no more.</param>
public sealed record DomainChange(Guid Domain, DomainEntry? Before, DomainEntry? After);

/// <summary>The changes since somebody began to follow them. Whoever follows must dispose of it.</summary>
/// <remarks>
/// Nobody who changes a domain waits for a reader. One who falls too far behind is told no more: the stream ends, and who wants to go on
/// follows again and looks at what there is.
/// </remarks>
public sealed class DomainChanges : IDisposable
{
    /// <summary>So many changes may lie unread; a creation makes some fifty.</summary>
    public const int MostUnread = 4096;

    private readonly Channel<DomainChange> _changes = Channel.CreateBounded<DomainChange>(
        new BoundedChannelOptions(MostUnread) { SingleReader = true }
    );
    private readonly Guid? _domain;
    private readonly Action<DomainChanges> _forget;

    internal DomainChanges(Guid? domain, Action<DomainChanges> forget) => (_domain, _forget) = (domain, forget);

    /// <summary>The changes in their order. Ends where the reader fell too far behind, and when this is disposed of.</summary>
    public IAsyncEnumerable<DomainChange> ReadAllAsync(CancellationToken cancellation) => _changes.Reader.ReadAllAsync(cancellation);

    public void Dispose()
    {
        _forget(this);
        _changes.Writer.TryComplete();
    }

    internal void Tell(DomainChange change)
    {
        if ((_domain is null || _domain == change.Domain) && !_changes.Writer.TryWrite(change))
        {
            _changes.Writer.TryComplete();
        }
    }
}
