using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using XenStore.Wire;

namespace XenStore;

/// <summary>The requests about nodes, for the store itself and for a transaction alike.</summary>
/// <remarks>
/// Requests reach xenstored in the order of the calls, also where the caller does not await one before it makes the next, and
/// xenstored carries them out in that order. So writes may be begun together and awaited together. (The exception: requests made
/// outside a transaction while the connection is still being made go out when it is there, in any order.)
/// </remarks>
public abstract class XenStoreOperations : IXenStoreOperations
{
    private const int DirectoryRestarts = 16;

    public async Task<string?> ReadAsync(string path, CancellationToken cancellation = default) =>
        await ReadBytesAsync(path, cancellation).ConfigureAwait(false) is { } value ? Encoding.UTF8.GetString(value) : null;

    public async Task<byte[]?> ReadBytesAsync(string path, CancellationToken cancellation = default)
    {
        var reply = await AskAsync(XenStoreMessageType.Read, path, cancellation).ConfigureAwait(false);
        return reply.PayloadOrMissing(XenStoreMessageType.Read, path);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A list longer than a message: C xenstored answers E2BIG, and is then asked for it in parts. oxenstored knows no parts, and
    /// sends the whole list to a client on a socket.
    /// </remarks>
    public async Task<IReadOnlyList<string>?> ListAsync(string path, CancellationToken cancellation = default)
    {
        var reply = await AskAsync(XenStoreMessageType.Directory, path, cancellation).ConfigureAwait(false);
        return reply.Error == "E2BIG" ? await ListPartsAsync(path, cancellation).ConfigureAwait(false)
            : reply.PayloadOrMissing(XenStoreMessageType.Directory, path) is { } payload ? XenStoreReply.Strings(payload)
            : null;
    }

    public Task WriteAsync(string path, string value, CancellationToken cancellation = default) =>
        WriteBytesAsync(path, Encoding.UTF8.GetBytes(value), cancellation);

    public async Task WriteBytesAsync(string path, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        const XenStoreMessageType Type = XenStoreMessageType.Write;
        XenStorePath.RequireNode(Type.WireName(), path);
        XenStorePayload.RequireFits(Type, path, path.Length + 1 + value.Length);
        var reply = await RequestAsync(Type, XenStorePayload.PathAndValue(path, value.Span), cancellation).ConfigureAwait(false);
        reply.Payload(Type, path);
    }

    public async Task MakeDirectoryAsync(string path, CancellationToken cancellation = default)
    {
        var reply = await AskAsync(XenStoreMessageType.MakeDirectory, path, cancellation).ConfigureAwait(false);
        reply.Payload(XenStoreMessageType.MakeDirectory, path);
    }

    public async Task RemoveAsync(string path, CancellationToken cancellation = default)
    {
        const XenStoreMessageType Type = XenStoreMessageType.Remove;
        XenStorePath.RequireRemovable(Type.WireName(), path);
        var reply = await AskAsync(Type, path, cancellation).ConfigureAwait(false);

        // C xenstored says ENOENT where the parent is missing too.
        reply.PayloadOrMissing(Type, path);
    }

    public async Task<XenStorePermissions?> GetPermissionsAsync(string path, CancellationToken cancellation = default)
    {
        const XenStoreMessageType Type = XenStoreMessageType.GetPermissions;
        XenStorePath.RequireNodeOrSpecial(Type.WireName(), path);
        var reply = await RequestAsync(Type, XenStorePayload.Strings(path), cancellation).ConfigureAwait(false);
        return reply.PayloadOrMissing(Type, path) is { } payload
            ? XenStorePermissions.FromWire(XenStoreReply.Strings(payload))
                ?? throw XenStoreException.Malformed(Type.WireName(), path, "permissions such as n0 and r1 were expected")
            : null;
    }

    public async Task SetPermissionsAsync(string path, XenStorePermissions permissions, CancellationToken cancellation = default)
    {
        const XenStoreMessageType Type = XenStoreMessageType.SetPermissions;
        XenStorePath.RequireNodeOrSpecial(Type.WireName(), path);
        if (permissions.Entries.IsDefaultOrEmpty)
        {
            throw new XenStoreException(
                Type.WireName(),
                path,
                "EINVAL",
                "a node has at least one permission, its owner's; nothing was sent"
            );
        }

        var payload = XenStorePayload.Strings([path, .. permissions.Entries.Select(entry => entry.ToString())]);
        XenStorePayload.RequireFits(Type, path, payload.Length);
        var reply = await RequestAsync(Type, payload, cancellation).ConfigureAwait(false);
        reply.Payload(Type, path);
    }

    /// <summary>Sends a request that passed the checks.</summary>
    private protected abstract Task<XenStoreReply> RequestAsync(XenStoreMessageType type, byte[] payload, CancellationToken cancellation);

    private Task<XenStoreReply> AskAsync(XenStoreMessageType type, string path, CancellationToken cancellation)
    {
        XenStorePath.RequireNode(type.WireName(), path);
        return RequestAsync(type, XenStorePayload.Strings(path), cancellation);
    }

    /// <summary>A long list, part by part, begun anew where the node's generation changes in between.</summary>
    private async Task<IReadOnlyList<string>?> ListPartsAsync(string path, CancellationToken cancellation)
    {
        const XenStoreMessageType Type = XenStoreMessageType.DirectoryPart;
        for (var restart = 0; restart < DirectoryRestarts; restart++)
        {
            var list = new XenStoreDirectoryParts(path);
            while (!list.IsComplete && !list.IsStale)
            {
                var payload = XenStorePayload.Strings(path, list.Offset.ToString(CultureInfo.InvariantCulture));
                var reply = await RequestAsync(Type, payload, cancellation).ConfigureAwait(false);
                if (reply.Error == "ENOSYS")
                {
                    throw new XenStoreException(
                        XenStoreMessageType.Directory.WireName(),
                        path,
                        "E2BIG",
                        "the list does not fit a message, and this xenstored sends no parts"
                    );
                }

                if (reply.PayloadOrMissing(Type, path) is not { } part)
                {
                    return null;
                }

                list.Add(part);
            }

            if (list.IsComplete)
            {
                return list.Names();
            }
        }

        throw new XenStoreException(
            Type.WireName(),
            path,
            "EAGAIN",
            $"the list of its children changed {DirectoryRestarts} times while it was being read; try again"
        );
    }
}
