using System.Buffers.Binary;
using System.Text;
using Sxp;

namespace Xend.Relocation;

/// <summary>
/// A connection between two xends: messages of one line, s-expressions as old xend's, and between them streams of bytes in frames.
/// </summary>
/// <remarks>
/// A frame is a length (32 bits, big-endian) and so many bytes; the length 0 ends the stream. So the one side knows what is the other's
/// stream and what its next message, and a stream that ended because the connection did is never taken for a whole one.
/// </remarks>
/// <param name="stream">The connection.</param>
/// <param name="peer">The other host, for errors.</param>
public sealed class RelocationChannel(Stream stream, string peer) : IAsyncDisposable
{
    /// <summary>How long the other side may say nothing while a stream is under way.</summary>
    private static readonly TimeSpan StreamLimit = TimeSpan.FromMinutes(2);

    /// <summary>A configuration with its letters escaped.</summary>
    public const int LongestOffer = 5 * 1024 * 1024;

    private const int LongestLine = 64 * 1024;

    private const int LargestFrame = 1024 * 1024;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly SemaphoreSlim _sending = new(1);
    private int _start;
    private int _end;

    public string Peer => peer;

    /// <exception cref="RelocationException">The connection is gone.</exception>
    public Task SendAsync(SValue message, CancellationToken cancellation) =>
        TryAsync(
            async turn =>
            {
                await _sending.WaitAsync(turn).ConfigureAwait(false);
                try
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(SxpWriter.OneLine(message) + "\n"), turn).ConfigureAwait(false);
                    await stream.FlushAsync(turn).ConfigureAwait(false);
                    return true;
                }
                finally
                {
                    _sending.Release();
                }
            },
            StreamLimit,
            cancellation
        );

    /// <summary>The next message.</summary>
    /// <param name="limit">How long it is waited for.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="longest">How many bytes it may have.</param>
    /// <exception cref="RelocationException">There is none, or it makes no sense.</exception>
    public async Task<SValue> ReceiveAsync(TimeSpan limit, CancellationToken cancellation, int longest = LongestLine)
    {
        var line = await TryAsync(turn => ReadLineAsync(longest, turn), limit, cancellation).ConfigureAwait(false);
        try
        {
            return SxpReader.Read(line);
        }
        catch (SxpException)
        {
            throw new RelocationException($"{peer} says what is no message");
        }
    }

    /// <summary>Takes a stream of bytes; <see cref="Stream.Dispose()"/> does not end it, <see cref="EndStreamAsync"/> does.</summary>
    public Stream Outgoing => new OutgoingFrames(this);

    /// <summary>The stream that was taken is whole.</summary>
    public Task EndStreamAsync(CancellationToken cancellation) => WriteAsync(new byte[sizeof(int)], cancellation);

    /// <summary>The stream that the other side sends; its end is that of a whole one.</summary>
    public Stream Incoming() => new IncomingFrames(this);

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<string> ReadLineAsync(int longest, CancellationToken cancellation)
    {
        var line = new List<byte>();
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var count = (end < 0 ? _end : end) - _start;
            line.AddRange(_buffer.AsSpan(_start, count));
            if (end >= 0)
            {
                _start = end + 1;
                return Encoding.UTF8.GetString([.. line]);
            }
            if (line.Count > longest)
            {
                throw new RelocationException($"{peer} sends a message that does not end");
            }
            await FillAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        _start = 0;
        _end = 0;
        _end = await stream.ReadAsync(_buffer, cancellation).ConfigureAwait(false);
        if (_end == 0)
        {
            throw new RelocationException($"{peer} closed the connection");
        }
    }

    private async Task ReadExactlyAsync(Memory<byte> into, CancellationToken cancellation)
    {
        while (!into.IsEmpty)
        {
            into = into[await ReadSomeAsync(into, cancellation).ConfigureAwait(false)..];
        }
    }

    /// <summary>At least one byte.</summary>
    private async Task<int> ReadSomeAsync(Memory<byte> into, CancellationToken cancellation)
    {
        if (_start < _end)
        {
            var count = Math.Min(into.Length, _end - _start);
            _buffer.AsMemory(_start, count).CopyTo(into);
            _start += count;
            return count;
        }
        var read = await stream.ReadAsync(into, cancellation).ConfigureAwait(false);
        return read > 0 ? read : throw new RelocationException($"{peer} closed the connection");
    }

    private Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        TryAsync(
            async turn =>
            {
                await stream.WriteAsync(bytes, turn).ConfigureAwait(false);
                return true;
            },
            StreamLimit,
            cancellation
        );

    private async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> act, TimeSpan limit, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        try
        {
            return await act(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RelocationException($"{peer} has given no answer for {limit.TotalSeconds:0} s");
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new RelocationException(
                $"the connection to {peer} was lost: {(error is IOException lost ? FileFailure.Reason(lost) : "it was closed")}"
            );
        }
    }

    private abstract class Frames : Stream
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override bool CanRead => false;

        public override bool CanWrite => false;

        public override void Flush() { }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class OutgoingFrames(RelocationChannel channel) : Frames
    {
        private readonly byte[] _length = new byte[sizeof(int)];

        public override bool CanWrite => true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                var count = Math.Min(buffer.Length, LargestFrame);
                BinaryPrimitives.WriteInt32BigEndian(_length, count);
                await channel.WriteAsync(_length, cancellationToken).ConfigureAwait(false);
                await channel.WriteAsync(buffer[..count], cancellationToken).ConfigureAwait(false);
                buffer = buffer[count..];
            }
        }
    }

    private sealed class IncomingFrames(RelocationChannel channel) : Frames
    {
        private readonly byte[] _length = new byte[sizeof(int)];
        private int _left;
        private bool _isOver;

        public override bool CanRead => true;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0 && !_isOver)
            {
                await channel.TryAsync(ReadLengthAsync, StreamLimit, cancellationToken).ConfigureAwait(false);
            }
            if (_isOver)
            {
                return 0;
            }
            var count = await channel
                .TryAsync(turn => channel.ReadSomeAsync(buffer[..Math.Min(buffer.Length, _left)], turn), StreamLimit, cancellationToken)
                .ConfigureAwait(false);
            _left -= count;
            return count;
        }

        private async Task<bool> ReadLengthAsync(CancellationToken cancellation)
        {
            await channel.ReadExactlyAsync(_length, cancellation).ConfigureAwait(false);
            _left = BinaryPrimitives.ReadInt32BigEndian(_length);
            if (_left is < 0 or > LargestFrame)
            {
                throw new RelocationException($"{channel.Peer} sends what is no part of a guest");
            }
            _isOver = _left == 0;
            return true;
        }
    }
}
