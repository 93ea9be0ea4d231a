using System.Buffers;
using XenStore.Wire;

namespace XenStore;

/// <summary>One stream to xenstored: requests out in the order they are made, replies matched by request id, events handed on.</summary>
/// <remarks>
/// States: open, then lost, for ever. The first reason to lose it wins, and is what every caller waiting then, and every caller
/// coming later, is told.
/// </remarks>
internal sealed class XenStoreConnection
{
    /// <summary>How often the watchdog looks within the time that a request may take.</summary>
    private const int Looks = 10;

    private readonly Stream _stream;
    private readonly IXenStoreConnectionOwner _owner;
    private readonly XenStoreCounters _counters;
    private readonly XenStoreClientOptions _options;

    /// <summary>Set while requests wait, one for all of them.</summary>
    private readonly ITimer _watchdog;
    private bool _watching;
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, PendingRequest> _pending = [];
    private ArrayBufferWriter<byte> _outgoing = new(1024);
    private ArrayBufferWriter<byte> _flushed = new(1024);
    private bool _flushing;
    private uint _lastRequestId;
    private volatile XenStoreConnectionException? _lost;

    public XenStoreConnection(Stream stream, IXenStoreConnectionOwner owner, XenStoreCounters counters, XenStoreClientOptions options)
    {
        _stream = stream;
        _owner = owner;
        _counters = counters;
        _options = options;
        _watchdog = options.Time.CreateTimer(_ => LookForAnswers(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsLost => _lost is not null;

    /// <summary>Begins to read. Separate from construction, so that the owner knows the connection before an event can arrive.</summary>
    public void Start() => _ = ReadAsync();

    /// <summary>Sends a request. Requests are carried out by xenstored in the order of these calls.</summary>
    /// <remarks>Cancelling gives up the waiting only: the request is sent, and may be carried out, and its reply is dropped.</remarks>
    /// <exception cref="XenStoreConnectionException">The connection is lost, or was before the reply came.</exception>
    public Task<XenStoreReply> RequestAsync(
        XenStoreMessageType type,
        uint transaction,
        byte[] payload,
        CancellationToken cancellation = default
    )
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<XenStoreReply>(cancellation);
        }

        var request = new PendingRequest(type);
        bool flush,
            alone;
        lock (_gate)
        {
            if (_lost is { } cause)
            {
                return Task.FromException<XenStoreReply>(Again(cause));
            }

            var id = NextRequestId();
            _pending.Add(id, request);
            var header = new XenStoreHeader(type, id, transaction, (uint)payload.Length);
            header.Write(_outgoing.GetSpan(XenStoreHeader.Size));
            _outgoing.Advance(XenStoreHeader.Size);
            _outgoing.Write(payload);
            flush = !_flushing;
            _flushing = true;
            alone = _pending.Count == 1;
            if (!_watching)
            {
                _watching = true;
                _watchdog.Change(_options.RequestTimeout / Looks, _options.RequestTimeout / Looks);
            }
        }

        _counters.RequestSent(type);
        XenStoreRequestCount.RequestSent();
        if (flush && alone)
        {
            _ = FlushAsync();
        }
        else if (flush)
        {
            // Several are outstanding, so more are likely to follow: they go out together.
            ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.FlushAsync(), this, preferLocal: false);
        }

        return cancellation.CanBeCanceled ? request.Task.WaitAsync(cancellation) : request.Task;
    }

    /// <summary>Closes the stream; whoever waits is told <paramref name="cause"/>, unless there was a cause before.</summary>
    public void Lose(XenStoreConnectionException cause)
    {
        PendingRequest[] waiting;
        lock (_gate)
        {
            if (_lost is not null)
            {
                return;
            }

            _lost = cause;
            waiting = [.. _pending.Values];
            _pending.Clear();
        }

        _watchdog.Dispose();
        _stream.Dispose();
        _owner.ConnectionLost(this, cause);
        foreach (var request in waiting)
        {
            request.TrySetException(Again(cause));

            // Nobody may be waiting any more; that is no unobserved failure.
            _ = request.Task.Exception;
        }
    }

    /// <summary>Gives the connection up where a request has waited too long.</summary>
    /// <remarks>Looks are counted, not time: after a stop of this process or of the host, what has arrived is read first.</remarks>
    private void LookForAnswers()
    {
        PendingRequest? unanswered = null;
        lock (_gate)
        {
            if (_pending.Count == 0)
            {
                _watching = false;
                _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            foreach (var request in _pending.Values)
            {
                if (++request.Looks > Looks)
                {
                    unanswered = request;
                }
            }
        }

        if (unanswered is not null)
        {
            Lose(XenStoreFailure.Silent(unanswered.Type, _options.RequestTimeout));
        }
    }

    /// <summary>Each caller throws an exception of its own: one that is thrown in many places collects all their stack traces.</summary>
    private static XenStoreConnectionException Again(XenStoreConnectionException cause) => new(cause.Message, cause.InnerException);

    private uint NextRequestId()
    {
        // 0 belongs to watch events. After 2^32 requests an id may still be waiting for its reply.
        do
        {
            _lastRequestId++;
        } while (_lastRequestId == 0 || _pending.ContainsKey(_lastRequestId));

        return _lastRequestId;
    }

    private async Task FlushAsync()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_outgoing.WrittenCount == 0 || _lost is not null)
                    {
                        _flushing = false;
                        return;
                    }

                    (_outgoing, _flushed) = (_flushed, _outgoing);
                }

                await _stream.WriteAsync(_flushed.WrittenMemory).ConfigureAwait(false);
                _flushed.ResetWrittenCount();
            }
        }
        catch (Exception exception)
        {
            // Whatever it was: without the loop nobody is served, so all who wait are told.
            Lose(XenStoreFailure.LostWhile("writing to it", exception));
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new XenStoreMessageBuffer();
        try
        {
            while (true)
            {
                while (buffer.TryTake(out var header, out var payload))
                {
                    Dispatch(header, payload);
                }

                var count = await _stream.ReadAsync(buffer.Free()).ConfigureAwait(false);
                if (count == 0)
                {
                    throw new XenStoreConnectionException(
                        buffer.HasPartialMessage
                            ? "xenstored closed the connection in the middle of a message; is xenstored running?"
                            : "xenstored closed the connection; is xenstored running?"
                    );
                }

                buffer.Filled(count);
            }
        }
        catch (XenStoreConnectionException cause)
        {
            Lose(cause);
        }
        catch (Exception exception)
        {
            Lose(XenStoreFailure.LostWhile("reading from it", exception));
        }
    }

    private void Dispatch(XenStoreHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == XenStoreMessageType.WatchEvent)
        {
            DispatchEvent(payload);
            return;
        }

        PendingRequest? request;
        lock (_gate)
        {
            _pending.Remove(header.RequestId, out request);
        }

        if (request is null)
        {
            if (IsLost)
            {
                return;
            }

            throw new XenStoreConnectionException(
                $"xenstored answered ({header.Type.WireName()}) a request that was not made (number {header.RequestId}), so the "
                    + $"connection was closed"
            );
        }

        if (header.Type == XenStoreMessageType.Error)
        {
            request.TrySetResult(XenStoreReply.Failure(payload));
        }
        else if (header.Type == request.Type)
        {
            request.TrySetResult(XenStoreReply.Success(payload));
        }
        else
        {
            var cause = new XenStoreConnectionException(
                $"xenstored answered {request.Type.WireName()} with {header.Type.WireName()}, so the connection was closed"
            );
            request.TrySetException(cause);
            throw cause;
        }
    }

    private void DispatchEvent(ReadOnlySpan<byte> payload)
    {
        // path | token | and nothing after it; a later protocol may add strings, which are passed over.
        var endOfPath = payload.IndexOf((byte)0);
        var rest = endOfPath < 0 ? default : payload[(endOfPath + 1)..];
        var endOfToken = rest.IndexOf((byte)0);
        if (endOfPath < 1 || endOfToken < 0)
        {
            throw new XenStoreConnectionException("xenstored sent a watch event without a path and a token, so the connection was closed");
        }

        _owner.EventReceived(payload[..endOfPath], rest[..endOfToken]);
    }

    private sealed class PendingRequest(XenStoreMessageType type)
        : TaskCompletionSource<XenStoreReply>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public XenStoreMessageType Type { get; } = type;

        /// <summary>How many looks of the watchdog have found it waiting.</summary>
        public int Looks { get; set; }
    }
}

/// <summary>Who hears what a connection has to say. Called on the connection's read loop: must not block.</summary>
internal interface IXenStoreConnectionOwner
{
    void EventReceived(ReadOnlySpan<byte> path, ReadOnlySpan<byte> token);

    /// <summary>Called once, before the waiting callers are told.</summary>
    void ConnectionLost(XenStoreConnection connection, XenStoreConnectionException cause);
}
