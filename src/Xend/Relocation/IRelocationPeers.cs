namespace Xend.Relocation;

/// <summary>The xends of other hosts.</summary>
public interface IRelocationPeers
{
    /// <exception cref="RelocationException">It cannot be reached, or is not who it is to be.</exception>
    Task<RelocationChannel> ConnectAsync(PeerAddress address, CancellationToken cancellation);
}

/// <summary>Who serves those that connect.</summary>
public interface IRelocationService
{
    /// <summary>Serves a connection whose first message is there, and returns when it is over.</summary>
    Task ServeAsync(RelocationChannel channel, Sxp.SList first, CancellationToken cancellation);
}
