namespace Simulation;

/// <summary>
/// The client's end of a connection to the simulated xenstored. Writing to it lets the store work; nothing runs by itself.
/// </summary>
/// <remarks>Bounded by nothing: a client that does not read only costs memory, as a test wants it.</remarks>
public sealed class SimulatedStoreStream : DuplexStream
{
    private readonly Lock _gate = new();
    private readonly Action<SimulatedStoreStream, ReadOnlyMemory<byte>> _receive;
    private readonly Action<SimulatedStoreStream> _closed;
    private byte[] _output = new byte[1024];
    private int _start;
    private int _end;
    private bool _ended;
    private TaskCompletionSource? _arrived;

    /// <param name="receive">What the store does with bytes from the client.</param>
    /// <param name="closed">What it does when the client closes its end.</param>
    public SimulatedStoreStream(Action<SimulatedStoreStream, ReadOnlyMemory<byte>> receive, Action<SimulatedStoreStream> closed)
    {
        _receive = receive;
        _closed = closed;
    }

    /// <summary>Gives bytes to the client.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource? arrived;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (_output.Length - _end < bytes.Length)
            {
                var larger = new byte[Math.Max(_output.Length, 2 * (_end - _start + bytes.Length))];
                _output.AsSpan(_start, _end - _start).CopyTo(larger);
                (_output, _start, _end) = (larger, 0, _end - _start);
            }

            bytes.CopyTo(_output.AsSpan(_end));
            _end += bytes.Length;
            (arrived, _arrived) = (_arrived, null);
        }

        arrived?.SetResult();
    }

    /// <summary>The store's end is closed: the client reads what was sent before, then the end.</summary>
    public void End()
    {
        TaskCompletionSource? arrived;
        lock (_gate)
        {
            _ended = true;
            (arrived, _arrived) = (_arrived, null);
        }

        arrived?.SetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task arrived;
            lock (_gate)
            {
                var count = Math.Min(buffer.Length, _end - _start);
                if (count > 0)
                {
                    _output.AsSpan(_start, count).CopyTo(buffer.Span);
                    _start += count;
                    if (_start == _end)
                    {
                        _start = _end = 0;
                    }

                    return count;
                }

                if (_ended)
                {
                    return 0;
                }

                _arrived ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                arrived = _arrived.Task;
            }

            await arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return ValueTask.FromException(new IOException("the simulated xenstored closed the connection"));
            }
        }

        _receive(this, buffer);
        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            _closed(this);
        }

        base.Dispose(disposing);
    }
}
