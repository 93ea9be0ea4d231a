using System.IO.Pipelines;
using System.Text;

namespace Rfb.Tests;

/// <summary>A server that says what a test wrote down, and remembers what it heard.</summary>
internal sealed class ScriptedServer
{
    private readonly Pipe _toClient = new();
    private readonly Pipe _toServer = new();

    public ScriptedServer() => Client = new Duplex(_toClient.Reader.AsStream(), _toServer.Writer.AsStream());

    /// <summary>The client's end.</summary>
    public Stream Client { get; }

    public async Task SayAsync(params byte[] bytes) => await _toClient.Writer.WriteAsync(bytes);

    public Task SayAsync(string text) => SayAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>A text after its length.</summary>
    public Task SayTextAsync(string text) => SayAsync([0, 0, 0, (byte)text.Length, .. Encoding.Latin1.GetBytes(text)]);

    /// <summary>Size and name of a screen of 32 x 16.</summary>
    public async Task SayScreenAsync(byte width = 32, byte height = 16)
    {
        await SayAsync([0, width, 0, height, .. new byte[16]]);
        await SayTextAsync("screen");
    }

    public async Task<byte[]> HearAsync(int count)
    {
        var heard = await _toServer.Reader.ReadAtLeastAsync(count);
        var bytes = new byte[count];
        var part = heard.Buffer.Slice(0, Math.Min(count, heard.Buffer.Length));
        System.Buffers.BuffersExtensions.CopyTo(part, bytes);
        _toServer.Reader.AdvanceTo(part.End);
        return bytes;
    }

    public async Task<string> HearTextAsync(int count) => Encoding.Latin1.GetString(await HearAsync(count));

    public Task HangUpAsync() => _toClient.Writer.CompleteAsync().AsTask();

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override void Flush() => output.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
