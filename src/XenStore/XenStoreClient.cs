using System.Globalization;
using XenStore.Wire;

namespace XenStore;

/// <summary>A client of xenstored, for any number of callers at once on one connection.</summary>
/// <remarks>
/// <para>The connection is made by the first request (or <see cref="ConnectAsync"/>). When it is lost, the requests that wait for an
/// answer fail with the cause, and are not made again, since they may have been carried out. The next request connects again, and
/// waits for that at most <see cref="XenStoreClientOptions.ConnectTimeout"/>. Where there are watches the client connects again by
/// itself and sets them again, so that each fires once; where it cannot, their readers get the cause.</para>
/// <para>No thread is held: one read loop and, while there is something to write, one write loop, both asynchronous.</para>
/// </remarks>
public sealed class XenStoreClient : XenStoreOperations, IXenStore, IAsyncDisposable
{
    private readonly XenStoreClientOptions _options;
    private readonly XenStoreCounters _counters = new();
    private readonly XenStoreWatches _watches;
    private readonly XenStoreLink _link;

    /// <param name="transport">How to reach xenstored; its Unix socket where none is given.</param>
    /// <param name="options">The bounds to keep to.</param>
    public XenStoreClient(IXenStoreTransport? transport = null, XenStoreClientOptions? options = null)
    {
        _options = options ?? new();
        _watches = new(_options.WatchBacklog, _counters);
        _link = new(transport ?? new XenStoreUnixSocket(), _options, _watches, _counters);
    }

    /// <summary>What was sent and received so far.</summary>
    public XenStoreStatistics Statistics => _counters.Snapshot();

    /// <summary>Connects now, where a daemon wants to know at its start whether it can.</summary>
    /// <exception cref="XenStoreConnectionException">It cannot: where it was tried, why it failed, what to do.</exception>
    public async Task ConnectAsync(CancellationToken cancellation = default) =>
        await _link.ConnectionAsync(cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <remarks>
    /// Conflicts: begun again after a random pause, at most <see cref="XenStoreClientOptions.TransactionAttempts"/> times; then
    /// <see cref="XenStoreException"/> with EAGAIN. Operations that the body begins and does not await belong to the transaction
    /// if they were begun before the body ended. Transactions do not nest: another TransactAsync inside the body is one of its own.
    /// </remarks>
    public async Task<T> TransactAsync<T>(Func<IXenStoreOperations, Task<T>> body, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connection = await _link.ConnectionAsync(cancellation).ConfigureAwait(false);
            var mayRepeat = attempt < _options.TransactionAttempts;
            XenStoreTransaction? transaction = null;
            try
            {
                transaction = await XenStoreTransaction.BeginAsync(connection, cancellation).ConfigureAwait(false);
                var result = await body(transaction).ConfigureAwait(false);
                if (!transaction.IsDead && await CommitAsync(transaction, cancellation).ConfigureAwait(false))
                {
                    return result;
                }

                if (!mayRepeat)
                {
                    throw OutOfAttempts();
                }
            }
            catch (XenStoreConnectionException) when (connection.IsLost && transaction is not { IsOver: true } && mayRepeat)
            {
                // Nothing was committed: all of it is done again on a new connection.
            }
            catch (XenStoreException conflict) when (conflict.Error == "EAGAIN" && transaction is { IsOver: false } && mayRepeat)
            {
                await transaction.AbandonAsync().ConfigureAwait(false);
            }
            catch when (transaction is { IsOver: false })
            {
                await AbandonAsync(transaction, cancellation).ConfigureAwait(false);
                throw;
            }

            await PauseAsync(attempt, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<IXenStoreWatch> WatchAsync(string path, CancellationToken cancellation = default)
    {
        XenStorePath.RequireNodeOrSpecial(XenStoreMessageType.Watch.WireName(), path);
        var watch = _watches.Create(path);
        try
        {
            XenStoreConnection connection;
            do
            {
                connection = await _link.ConnectionAsync(cancellation).ConfigureAwait(false);
                await XenStoreWatches.SetAsync(watch, connection, cancellation).ConfigureAwait(false);
            } while (!_link.Keep(watch, connection));

            return watch;
        }
        catch
        {
            // Also where the waiting was cancelled and xenstored sets it after all.
            _ = watch.DisposeAsync().AsTask();
            throw;
        }
    }

    public Task IntroduceDomainAsync(uint domainId, ulong ringFrame, uint eventChannel, CancellationToken cancellation = default) =>
        AboutDomainAsync(XenStoreMessageType.Introduce, cancellation, Decimal(domainId), SignedDecimal(ringFrame), Decimal(eventChannel));

    public Task ResumeDomainAsync(uint domainId, CancellationToken cancellation = default) =>
        AboutDomainAsync(XenStoreMessageType.Resume, cancellation, Decimal(domainId));

    /// <summary>Makes xenstored stop serving a domain's ring. It does so by itself when a domain dies.</summary>
    public Task ReleaseDomainAsync(uint domainId, CancellationToken cancellation = default) =>
        AboutDomainAsync(XenStoreMessageType.Release, cancellation, Decimal(domainId));

    /// <summary>Lets a domain (a device model's) act as another one: it may use all that is the other's.</summary>
    public Task SetTargetAsync(uint domainId, uint targetDomainId, CancellationToken cancellation = default) =>
        AboutDomainAsync(XenStoreMessageType.SetTarget, cancellation, Decimal(domainId), Decimal(targetDomainId));

    /// <summary>Whether xenstored serves a domain's ring.</summary>
    public async Task<bool> IsDomainIntroducedAsync(uint domainId, CancellationToken cancellation = default)
    {
        const XenStoreMessageType Type = XenStoreMessageType.IsDomainIntroduced;
        var reply = await RequestAsync(Type, XenStorePayload.Strings(Decimal(domainId)), cancellation).ConfigureAwait(false);
        return reply.Text(Type, string.Empty) switch
        {
            "T" => true,
            "F" => false,
            _ => throw XenStoreException.Malformed(Type.WireName(), string.Empty, "T or F was expected"),
        };
    }

    /// <summary>The directory of a domain, <c>/local/domain/N</c>, in xenstored's words. The domain need not exist.</summary>
    public async Task<string> GetDomainPathAsync(uint domainId, CancellationToken cancellation = default)
    {
        const XenStoreMessageType Type = XenStoreMessageType.GetDomainPath;
        var reply = await RequestAsync(Type, XenStorePayload.Strings(Decimal(domainId)), cancellation).ConfigureAwait(false);
        return reply.Text(Type, string.Empty);
    }

    /// <summary>Closes the connection. Requests that wait get a <see cref="XenStoreConnectionException"/>; watches end.</summary>
    public ValueTask DisposeAsync()
    {
        _link.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected override Task<XenStoreReply> RequestAsync(XenStoreMessageType type, byte[] payload, CancellationToken cancellation)
    {
        var connection = _link.ConnectionAsync(cancellation);
        return connection.IsCompletedSuccessfully ? connection.Result.RequestAsync(type, 0, payload, cancellation) : AfterAsync(connection);

        async Task<XenStoreReply> AfterAsync(ValueTask<XenStoreConnection> connecting)
        {
            var connected = await connecting.ConfigureAwait(false);
            return await connected.RequestAsync(type, 0, payload, cancellation).ConfigureAwait(false);
        }
    }

    private static string Decimal(uint number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>INTRODUCE wants the frame in signed decimal (docs/misc/xenstore.txt).</summary>
    private static string SignedDecimal(ulong number) => unchecked((long)number).ToString(CultureInfo.InvariantCulture);

    private static async Task<bool> CommitAsync(XenStoreTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            return await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
        catch (XenStoreConnectionException lost)
        {
            throw new XenStoreConnectionException(
                $"{lost.Message}; a transaction was being committed, and may or may not have been carried out",
                lost
            );
        }
    }

    private static async Task AbandonAsync(XenStoreTransaction transaction, CancellationToken cancellation)
    {
        var abandoned = transaction.AbandonAsync();
        if (!cancellation.IsCancellationRequested)
        {
            await abandoned.ConfigureAwait(false);
        }
    }

    private async Task AboutDomainAsync(XenStoreMessageType type, CancellationToken cancellation, params string[] numbers)
    {
        var reply = await RequestAsync(type, XenStorePayload.Strings(numbers), cancellation).ConfigureAwait(false);
        if (reply.Error is { } error)
        {
            throw new XenStoreException(type.WireName(), string.Empty, error, $"for domain {numbers[0]}");
        }
    }

    private XenStoreException OutOfAttempts() =>
        new(
            XenStoreMessageType.TransactionEnd.WireName(),
            string.Empty,
            "EAGAIN",
            $"the transaction was begun {_options.TransactionAttempts} times, and each time something else changed what it uses; "
                + $"nothing was done"
        );

    /// <summary>None before the second attempt, then a random time below a doubling limit: those in conflict go apart.</summary>
    private Task PauseAsync(int attempt, CancellationToken cancellation)
    {
        if (attempt == 1)
        {
            return Task.CompletedTask;
        }

        var limit = Math.Min(_options.LongestTransactionPause.TotalMilliseconds, Math.Pow(2, Math.Min(attempt, 16)) / 2);
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * limit), _options.Time, cancellation);
    }
}
