using System.Buffers.Binary;
using System.Text;

namespace Rfb;

/// <summary>Big-endian numbers and texts on a stream.</summary>
internal sealed class RfbWire(Stream stream)
{
    private const int LongestText = 1 << 16;

    public async Task<byte[]> ReadAsync(int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        try
        {
            await stream.ReadExactlyAsync(bytes, cancellation);
        }
        catch (EndOfStreamException)
        {
            throw new RfbException("the server closed the connection");
        }
        return bytes;
    }

    public async Task<byte> ReadByteAsync(CancellationToken cancellation) => (await ReadAsync(1, cancellation))[0];

    public async Task<ushort> ReadUInt16Async(CancellationToken cancellation) =>
        BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2, cancellation));

    public async Task<uint> ReadUInt32Async(CancellationToken cancellation) =>
        BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(4, cancellation));

    /// <summary>A text after its length.</summary>
    public async Task<string> ReadTextAsync(CancellationToken cancellation)
    {
        var length = await ReadUInt32Async(cancellation);
        return length <= LongestText
            ? Encoding.Latin1.GetString(await ReadAsync((int)length, cancellation))
            : throw new RfbException($"the server sends a text of {length} bytes");
    }

    public async Task WriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
    }
}
