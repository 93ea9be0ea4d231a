using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using XenStore.Wire;

namespace XenStore;

/// <summary>The watches of a client by token: events find their subscriber here.</summary>
/// <remarks>A token is a number, never used twice: an event for a watch that was removed meanwhile finds nobody.</remarks>
internal sealed class XenStoreWatches(int backlog, XenStoreCounters counters)
{
    private readonly ConcurrentDictionary<ulong, XenStoreWatch> _byToken = [];
    private ulong _lastToken;
    private Func<XenStoreWatch, Task> _remove = static _ => Task.CompletedTask;

    /// <summary>What to do when a watch is disposed, besides forgetting it.</summary>
    public void OnRemoved(Func<XenStoreWatch, Task> remove) => _remove = remove;

    /// <summary>A watch that xenstored does not know yet, but whose events would be heard.</summary>
    public XenStoreWatch Create(string path)
    {
        var token = Interlocked.Increment(ref _lastToken);
        var watch = new XenStoreWatch(path, token.ToString(CultureInfo.InvariantCulture), backlog, RemoveAsync);
        _byToken[token] = watch;
        return watch;
    }

    public void Dispatch(ReadOnlySpan<byte> path, ReadOnlySpan<byte> token)
    {
        counters.EventReceived();
        if (
            Utf8Parser.TryParse(token, out ulong number, out var used)
            && used == token.Length
            && _byToken.TryGetValue(number, out var watch)
        )
        {
            watch.Changed(Encoding.UTF8.GetString(path));
        }
    }

    /// <summary>Asks xenstored to set a watch.</summary>
    /// <exception cref="XenStoreException">It refused.</exception>
    public static async Task SetAsync(XenStoreWatch watch, XenStoreConnection connection, CancellationToken cancellation)
    {
        const XenStoreMessageType Type = XenStoreMessageType.Watch;
        var payload = XenStorePayload.Strings(watch.Path, watch.Token);
        var reply = await connection.RequestAsync(Type, 0, payload, cancellation).ConfigureAwait(false);
        reply.Payload(Type, watch.Path);
    }

    /// <summary>Asks xenstored to remove a watch. Never throws: a watch dies with its connection.</summary>
    public static async Task ResetAsync(XenStoreWatch watch, XenStoreConnection connection)
    {
        try
        {
            var payload = XenStorePayload.Strings(watch.Path, watch.Token);
            await connection.RequestAsync(XenStoreMessageType.Unwatch, 0, payload).ConfigureAwait(false);
        }
        catch (XenStoreConnectionException)
        {
            // Then the watch is gone too.
        }
    }

    private Task RemoveAsync(XenStoreWatch watch)
    {
        _byToken.TryRemove(ulong.Parse(watch.Token, CultureInfo.InvariantCulture), out _);
        return _remove(watch);
    }
}
