using System.Buffers.Binary;

namespace Rfb;

/// <summary>A client of a VNC server: the screen as a picture, and keys. Raw encoding, true colour.</summary>
public sealed class RfbConnection : IAsyncDisposable
{
    private const int Raw = 0;

    /// <summary>A pseudo encoding: the server may change the screen's size (RFC 6143, 7.8.2).</summary>
    private const int DesktopSize = -223;

    /// <summary>Pixels in each direction; no guest of ours has more.</summary>
    private const int Largest = 8192;

    private readonly Stream _stream;
    private readonly RfbWire _wire;

    private RfbConnection(Stream stream, RfbWire wire, RfbVersion version, byte security, string name, Framebuffer screen)
    {
        (_stream, _wire, Version, Security, Name, Screen) = (stream, wire, version, security, name, screen);
    }

    /// <summary>The version that is spoken.</summary>
    public RfbVersion Version { get; }

    /// <summary>1 where nobody had to prove anything, 2 where a password was asked for.</summary>
    public byte Security { get; }

    /// <summary>What the server calls its screen.</summary>
    public string Name { get; }

    /// <summary>The screen, as of the last update.</summary>
    public Framebuffer Screen { get; private set; }

    /// <summary>Shakes hands with a server. Throws <see cref="RfbRefusedException"/> where it does not take the password.</summary>
    /// <param name="stream">Connected; disposed of with this object, and where it throws.</param>
    /// <param name="password">null for none.</param>
    /// <param name="highest">The newest version to speak.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<RfbConnection> OpenAsync(
        Stream stream,
        string? password = null,
        RfbVersion highest = RfbVersion.V38,
        CancellationToken cancellation = default
    )
    {
        try
        {
            var wire = new RfbWire(stream);
            var (version, security) = await new RfbHandshake(wire, password, highest).RunAsync(cancellation);
            const byte Shared = 1;
            await wire.WriteAsync([Shared], cancellation);
            var screen = NewScreen(await wire.ReadUInt16Async(cancellation), await wire.ReadUInt16Async(cancellation));
            await wire.ReadAsync(16, cancellation); // The server's pixels; ours are said below.
            var name = await wire.ReadTextAsync(cancellation);
            await wire.WriteAsync([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0], cancellation);
            var encodings = new byte[12];
            (encodings[0], encodings[3]) = (2, 2);
            BinaryPrimitives.WriteInt32BigEndian(encodings.AsSpan(4), Raw);
            BinaryPrimitives.WriteInt32BigEndian(encodings.AsSpan(8), DesktopSize);
            await wire.WriteAsync(encodings, cancellation);
            return new RfbConnection(stream, wire, version, security, name, screen);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks for the screen and waits for it.</summary>
    /// <param name="changesOnly">Waits until something changes; otherwise the whole screen comes at once.</param>
    /// <param name="cancellation">Gives up; the connection is of no use then.</param>
    public async Task UpdateAsync(bool changesOnly = false, CancellationToken cancellation = default)
    {
        var request = new byte[10];
        (request[0], request[1]) = (3, changesOnly ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), (ushort)Screen.Width);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(8), (ushort)Screen.Height);
        await _wire.WriteAsync(request, cancellation);
        while (!await ReadMessageAsync(cancellation)) { }
    }

    /// <summary>Presses and releases keys: ASCII as it is, \n for Return.</summary>
    public async Task TypeAsync(string text, CancellationToken cancellation = default)
    {
        const uint Return = 0xFF0D;
        foreach (var letter in text)
        {
            await PressAsync(letter == '\n' ? Return : letter, cancellation);
        }
    }

    /// <summary>Presses and releases a key.</summary>
    /// <param name="key">X's keysym: 0xFF52 is Up.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task PressAsync(uint key, CancellationToken cancellation = default)
    {
        foreach (var down in new byte[] { 1, 0 })
        {
            var message = new byte[8];
            (message[0], message[1]) = (4, down);
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), key);
            await _wire.WriteAsync(message, cancellation);
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>True for an update of the screen.</summary>
    private async Task<bool> ReadMessageAsync(CancellationToken cancellation)
    {
        switch (await _wire.ReadByteAsync(cancellation))
        {
            case 0:
                await _wire.ReadByteAsync(cancellation);
                for (var left = await _wire.ReadUInt16Async(cancellation); left > 0; left--)
                {
                    await ReadRectangleAsync(cancellation);
                }
                return true;
            case 1: // Colour map: of no meaning to true colour.
                await _wire.ReadAsync(3, cancellation);
                await _wire.ReadAsync(6 * await _wire.ReadUInt16Async(cancellation), cancellation);
                return false;
            case 2: // Bell.
                return false;
            case 3: // What was cut there.
                await _wire.ReadAsync(3, cancellation);
                await _wire.ReadTextAsync(cancellation);
                return false;
            case var other:
                throw new RfbException($"the server sends a message of type {other}");
        }
    }

    private async Task ReadRectangleAsync(CancellationToken cancellation)
    {
        int x = await _wire.ReadUInt16Async(cancellation),
            y = await _wire.ReadUInt16Async(cancellation);
        int width = await _wire.ReadUInt16Async(cancellation),
            height = await _wire.ReadUInt16Async(cancellation);
        switch ((int)await _wire.ReadUInt32Async(cancellation))
        {
            case DesktopSize:
                Screen = NewScreen(width, height);
                break;
            case Raw when x + width <= Screen.Width && y + height <= Screen.Height:
                var pixels = await _wire.ReadAsync(4 * width * height, cancellation);
                for (var at = 0; at < width * height; at++)
                {
                    Screen[x + at % width, y + at / width] = BinaryPrimitives.ReadInt32LittleEndian(pixels.AsSpan(4 * at)) & 0xFFFFFF;
                }
                break;
            case Raw:
                throw new RfbException(
                    $"the server sends a rectangle {width}x{height} at {x},{y} of a screen {Screen.Width}x{Screen.Height}"
                );
            case var other:
                throw new RfbException($"the server uses encoding {other}, which was not offered");
        }
    }

    private static Framebuffer NewScreen(int width, int height) =>
        width is > 0 and <= Largest && height is > 0 and <= Largest
            ? new Framebuffer(width, height)
            : throw new RfbException($"the server has a screen of {width}x{height}");
}
