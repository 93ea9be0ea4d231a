using System.Net.Sockets;

namespace XenStore;

/// <summary>The connection there is now, or the making of the next one.</summary>
internal sealed class XenStoreLink : IXenStoreConnectionOwner, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly IXenStoreTransport _transport;
    private readonly XenStoreClientOptions _options;
    private readonly XenStoreWatches _watches;
    private readonly XenStoreCounters _counters;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Lock _gate = new();

    /// <summary>The watches that were set, and are to be set again on the next connection.</summary>
    private readonly HashSet<XenStoreWatch> _kept = [];
    private XenStoreConnection? _current;
    private Task<XenStoreConnection>? _connecting;
    private bool _disposed;

    public XenStoreLink(IXenStoreTransport transport, XenStoreClientOptions options, XenStoreWatches watches, XenStoreCounters counters)
    {
        _transport = transport;
        _options = options;
        _watches = watches;
        _counters = counters;
        watches.OnRemoved(ForgetAsync);
    }

    /// <summary>The connection; made where there is none. All who ask meanwhile wait for the same attempt.</summary>
    /// <exception cref="XenStoreConnectionException">It could not be made in time.</exception>
    public ValueTask<XenStoreConnection> ConnectionAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(XenStoreClient));
            return _current is { } connection ? new(connection) : new(Connecting().WaitAsync(cancellation));
        }
    }

    /// <summary>Remembers a watch that was set on a connection.</summary>
    /// <returns>False where that connection is not the present one: the watch has to be set again.</returns>
    public bool Keep(XenStoreWatch watch, XenStoreConnection connection)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(XenStoreClient));
            return _current == connection && _kept.Add(watch);
        }
    }

    public void EventReceived(ReadOnlySpan<byte> path, ReadOnlySpan<byte> token) => _watches.Dispatch(path, token);

    public void ConnectionLost(XenStoreConnection connection, XenStoreConnectionException cause)
    {
        lock (_gate)
        {
            if (_current == connection)
            {
                _current = null;
                if (!_disposed && _kept.Count > 0)
                {
                    // Its watchers wait for events, not for replies: nobody else would notice. A failure reaches them through Failed.
                    _ = Connecting().ContinueWith(static failed => failed.Exception, TaskContinuationOptions.OnlyOnFaulted);
                }
            }
        }
    }

    public void Dispose()
    {
        XenStoreConnection? connection;
        XenStoreWatch[] kept;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            connection = _current;
            kept = [.. _kept];
            _kept.Clear();
        }

        _disposing.Cancel();
        connection?.Lose(XenStoreFailure.Closed());
        foreach (var watch in kept)
        {
            watch.End(null);
        }
    }

    /// <summary>Called under the gate.</summary>
    private Task<XenStoreConnection> Connecting() => _connecting ??= Task.Run(ConnectAsync);

    private async Task<XenStoreConnection> ConnectAsync()
    {
        var began = _options.Time.GetTimestamp();
        var pause = FirstPause;
        XenStoreConnectionException? failure = null;
        while (true)
        {
            try
            {
                return await TryConnectAsync(_options.ConnectTimeout - _options.Time.GetElapsedTime(began)).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // An attempt that is cut short by the limit says less than one that failed before it.
                if (failure is null || exception is not OperationCanceledException)
                {
                    failure = XenStoreFailure.Unreachable(_transport.Name, XenStoreFailure.Reason(exception), exception);
                }

                if (exception is SocketException { SocketErrorCode: SocketError.AccessDenied })
                {
                    throw Failed(failure);
                }
            }

            if (_disposing.IsCancellationRequested)
            {
                throw Failed(XenStoreFailure.Closed());
            }

            if (_options.ConnectTimeout - _options.Time.GetElapsedTime(began) <= pause)
            {
                throw Failed(failure);
            }

            await Task.Delay(pause, _options.Time, CancellationToken.None).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>One attempt, with the watches set again.</summary>
    private async Task<XenStoreConnection> TryConnectAsync(TimeSpan timeout)
    {
        using var timer = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _disposing.Token);
        var stream = await _transport.ConnectAsync(either.Token).ConfigureAwait(false);
        var connection = new XenStoreConnection(stream, this, _counters, _options);
        connection.Start();
        try
        {
            XenStoreWatch[] watches;
            lock (_gate)
            {
                watches = [.. _kept];
            }

            await Task.WhenAll(watches.Select(watch => SetAgainAsync(watch, connection, either.Token))).ConfigureAwait(false);
            Publish(connection, watches);
            return connection;
        }
        catch (Exception exception)
        {
            connection.Lose(XenStoreFailure.Unreachable(_transport.Name, XenStoreFailure.Reason(exception), exception));
            throw;
        }
    }

    private async Task SetAgainAsync(XenStoreWatch watch, XenStoreConnection connection, CancellationToken cancellation)
    {
        try
        {
            await XenStoreWatches.SetAsync(watch, connection, cancellation).ConfigureAwait(false);
        }
        catch (XenStoreException refused)
        {
            lock (_gate)
            {
                _kept.Remove(watch);
            }

            watch.End(refused);
        }
    }

    private void Publish(XenStoreConnection connection, XenStoreWatch[] watches)
    {
        XenStoreWatch[] unwanted;
        lock (_gate)
        {
            if (_disposed)
            {
                throw XenStoreFailure.Closed();
            }

            // A connection that is lost after this look finds itself to be the present one, and says so.
            if (connection.IsLost)
            {
                throw new XenStoreConnectionException("xenstored closed the new connection at once");
            }

            _current = connection;
            _connecting = null;
            unwanted = [.. watches.Where(watch => !_kept.Contains(watch))];
        }

        _counters.ConnectionMade();
        foreach (var watch in unwanted)
        {
            // Disposed of while it was being set again.
            _ = XenStoreWatches.ResetAsync(watch, connection);
        }
    }

    /// <summary>Lost for good, until somebody asks again: those who only listen are told.</summary>
    private XenStoreConnectionException Failed(XenStoreConnectionException cause)
    {
        XenStoreWatch[] deaf;
        lock (_gate)
        {
            _connecting = null;
            deaf = [.. _kept];
            _kept.Clear();
        }

        foreach (var watch in deaf)
        {
            watch.End(cause);
        }

        return cause;
    }

    private Task ForgetAsync(XenStoreWatch watch)
    {
        XenStoreConnection? connection;
        lock (_gate)
        {
            _kept.Remove(watch);
            connection = _current;
        }

        return connection is null ? Task.CompletedTask : XenStoreWatches.ResetAsync(watch, connection);
    }
}
