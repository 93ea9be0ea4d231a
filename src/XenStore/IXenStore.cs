namespace XenStore;

/// <summary>What can be asked of the store, alone or inside a transaction. Paths are absolute (<c>/local/domain/1/name</c>).</summary>
/// <remarks>
/// Every call throws <see cref="XenStoreException"/> for an error reply, and for a path or a size that xenstored would refuse (then
/// nothing is sent); and <see cref="XenStoreConnectionException"/> where the connection is gone. Values are bytes for the store; the
/// string overloads use UTF-8. Cancelling gives up the waiting, not the request: it may still be carried out.
/// Once connected, and always inside a transaction, requests are carried out in the order of the calls, also where one is not awaited
/// before the next is made.
/// </remarks>
public interface IXenStoreOperations
{
    /// <summary>The value of a node, or null where there is no such node.</summary>
    Task<string?> ReadAsync(string path, CancellationToken cancellation = default);

    /// <summary>The raw value of a node, or null where there is no such node. At most 4096 bytes.</summary>
    Task<byte[]?> ReadBytesAsync(string path, CancellationToken cancellation = default);

    /// <summary>The names (not paths) of a node's children, or null where there is no such node.</summary>
    Task<IReadOnlyList<string>?> ListAsync(string path, CancellationToken cancellation = default);

    /// <summary>Writes a node, creating it and its parents.</summary>
    Task WriteAsync(string path, string value, CancellationToken cancellation = default);

    /// <summary>Writes a node whose value is not text. Path, one NUL and value together are at most 4096 bytes.</summary>
    /// <remarks>
    /// oxenstored as it is set up by default takes values of 2048 bytes and paths of 1024, from dom0 too (E2BIG, EINVAL).
    /// </remarks>
    Task WriteBytesAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellation = default);

    /// <summary>Creates an empty node where there is none; an existing one is left as it is.</summary>
    Task MakeDirectoryAsync(string path, CancellationToken cancellation = default);

    /// <summary>Removes a node and everything below it. A node that is not there is no error.</summary>
    Task RemoveAsync(string path, CancellationToken cancellation = default);

    /// <summary>The permissions of a node, owner first; null where there is no such node.</summary>
    Task<XenStorePermissions?> GetPermissionsAsync(string path, CancellationToken cancellation = default);

    /// <summary>Sets the permissions of an existing node (not of its children).</summary>
    Task SetPermissionsAsync(string path, XenStorePermissions permissions, CancellationToken cancellation = default);
}

/// <summary>The store as the toolstack sees it.</summary>
public interface IXenStore : IXenStoreOperations
{
    /// <summary>Runs <paramref name="body"/> inside a transaction, and all of it again where xenstored answers EAGAIN at the end.</summary>
    /// <remarks>
    /// The body must therefore have no effects outside the transaction. Where it throws, the transaction is abandoned. Where the
    /// connection is lost before the commit was sent, nothing was done, and all is run again on a new connection; where it is lost
    /// during the commit, it is not known what was done, and <see cref="XenStoreConnectionException"/> says so.
    /// </remarks>
    Task<T> TransactAsync<T>(Func<IXenStoreOperations, Task<T>> body, CancellationToken cancellation = default);

    /// <summary>Watches a path and everything below it, or one of the special paths @introduceDomain and @releaseDomain.</summary>
    /// <remarks>xenstored fires every watch once when it is set.</remarks>
    Task<IXenStoreWatch> WatchAsync(string path, CancellationToken cancellation = default);

    /// <summary>Tells xenstored about a new domain, so that it serves the domain's ring.</summary>
    /// <param name="domainId">The domain.</param>
    /// <param name="ringFrame">Machine frame number (PV) or guest frame number (HVM, PVH) of the store ring.</param>
    /// <param name="eventChannel">The domain's port, allocated unbound for xenstored.</param>
    /// <param name="cancellation">Gives up waiting for the answer.</param>
    Task IntroduceDomainAsync(uint domainId, ulong ringFrame, uint eventChannel, CancellationToken cancellation = default);

    /// <summary>Makes xenstored forget that a domain was shut down, after a suspend that was cancelled.</summary>
    Task ResumeDomainAsync(uint domainId, CancellationToken cancellation = default);
}

/// <summary>A watch that is set until it is disposed.</summary>
public interface IXenStoreWatch : IAsyncDisposable
{
    /// <summary>The path that is watched.</summary>
    string Path { get; }

    /// <summary>The paths that changed, in order. Ends when the watch is disposed; throws where the connection is lost for good.</summary>
    /// <remarks>
    /// For one reader at a time. After a reconnection the watch fires again as when it was set. A slow reader loses no change but may
    /// see one path once for many changes; where more than a bounded number of different paths wait for it, it gets the watched path
    /// instead, which means: look at everything below. So a guest that writes without end costs no memory here.
    /// </remarks>
    IAsyncEnumerable<string> ReadAllAsync(CancellationToken cancellation = default);
}

/// <summary>Conveniences that every store has.</summary>
public static class XenStoreExtensions
{
    /// <summary><see cref="IXenStore.TransactAsync{T}"/> for a body without a result.</summary>
    public static Task TransactAsync(
        this IXenStore store,
        Func<IXenStoreOperations, Task> body,
        CancellationToken cancellation = default
    ) =>
        store.TransactAsync(
            async operations =>
            {
                await body(operations).ConfigureAwait(false);
                return true;
            },
            cancellation
        );
}
