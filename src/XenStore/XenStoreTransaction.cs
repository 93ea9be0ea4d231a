using XenStore.Wire;

namespace XenStore;

/// <summary>A transaction, from its begin to its end. It lives and dies with the connection it was begun on.</summary>
internal sealed class XenStoreTransaction(XenStoreConnection connection, uint id) : XenStoreOperations
{
    private volatile bool _ended;

    /// <summary>The commit, or that it is abandoned, was sent; or was to be.</summary>
    public bool IsOver => _ended;

    /// <summary>The connection is gone, and the transaction with it.</summary>
    public bool IsDead => connection.IsLost;

    public static async Task<XenStoreTransaction> BeginAsync(XenStoreConnection connection, CancellationToken cancellation)
    {
        const XenStoreMessageType Type = XenStoreMessageType.TransactionStart;
        cancellation.ThrowIfCancellationRequested();
        var start = connection.RequestAsync(Type, 0, XenStorePayload.Empty, CancellationToken.None);
        try
        {
            var reply = await start.WaitAsync(cancellation).ConfigureAwait(false);
            return new(connection, reply.Number(Type, string.Empty));
        }
        catch (OperationCanceledException)
        {
            _ = AbandonBegunAsync(connection, start);
            throw;
        }
    }

    /// <summary>Commits.</summary>
    /// <returns>False where another change came in between (EAGAIN) and nothing was done.</returns>
    /// <exception cref="XenStoreConnectionException">The connection was lost before the answer came.</exception>
    public async Task<bool> CommitAsync(CancellationToken cancellation)
    {
        const XenStoreMessageType Type = XenStoreMessageType.TransactionEnd;
        _ended = true;
        var reply = await connection.RequestAsync(Type, id, XenStorePayload.Strings("T"), cancellation).ConfigureAwait(false);
        if (reply.Error == "EAGAIN")
        {
            return false;
        }

        reply.Payload(Type, string.Empty);
        return true;
    }

    /// <summary>Abandons. Never throws: where xenstored does not answer, the transaction is gone with the connection.</summary>
    public async Task AbandonAsync()
    {
        _ended = true;
        try
        {
            await connection.RequestAsync(XenStoreMessageType.TransactionEnd, id, XenStorePayload.Strings("F")).ConfigureAwait(false);
        }
        catch (XenStoreConnectionException)
        {
            // Whoever uses the connection next is told; the transaction is gone either way.
        }
    }

    private protected override Task<XenStoreReply> RequestAsync(XenStoreMessageType type, byte[] payload, CancellationToken cancellation) =>
        _ended
            ? throw new InvalidOperationException(
                $"{type.WireName()} was asked for in a transaction that is over; only the body of TransactAsync may use its operations"
            )
            : connection.RequestAsync(type, id, payload, cancellation);

    /// <summary>Whoever wanted the transaction is gone before its number came: it is ended as soon as the number is there.</summary>
    private static async Task AbandonBegunAsync(XenStoreConnection connection, Task<XenStoreReply> start)
    {
        try
        {
            var reply = await start.ConfigureAwait(false);
            var begun = new XenStoreTransaction(connection, reply.Number(XenStoreMessageType.TransactionStart, string.Empty));
            await begun.AbandonAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is XenStoreException or XenStoreConnectionException)
        {
            // It was not begun, so there is nothing to end, and nobody waits for it.
        }
    }
}
