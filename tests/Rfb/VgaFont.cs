namespace Rfb;

/// <summary>
/// The glyphs of a VGA text screen, 8x16 pixels, from a VGA BIOS: that is where cards, emulated ones too, have them from.
/// </summary>
public sealed class VgaFont
{
    public const int Rows = 16;

    /// <summary>The letter A; no other table of a BIOS has these bytes.</summary>
    private static readonly byte[] LetterA =
    [
        0x00,
        0x00,
        0x10,
        0x38,
        0x6C,
        0xC6,
        0xC6,
        0xFE,
        0xC6,
        0xC6,
        0xC6,
        0xC6,
        0x00,
        0x00,
        0x00,
        0x00,
    ];

    private readonly Dictionary<UInt128, char> _letters = [];

    private VgaFont(ReadOnlySpan<byte> glyphs)
    {
        for (var code = ' '; code <= '~'; code++)
        {
            _letters.TryAdd(Bits(glyphs.Slice(code * Rows, Rows)), code);
        }
    }

    /// <summary>Finds the font in the bytes of a BIOS (/usr/share/seabios/vgabios-stdvga.bin).</summary>
    public static VgaFont FromBios(ReadOnlySpan<byte> bios)
    {
        var start = bios.IndexOf(LetterA) - 'A' * Rows;
        return start >= 0 && start + 256 * Rows <= bios.Length
            ? new VgaFont(bios.Slice(start, 256 * Rows))
            : throw new RfbException("there is no 8x16 font in this VGA BIOS");
    }

    /// <summary>The letter with these 16 rows of 8 pixels, from the left; null where it is none of ASCII.</summary>
    public char? Letter(ReadOnlySpan<byte> rows) => _letters.TryGetValue(Bits(rows), out var letter) ? letter : null;

    private static UInt128 Bits(ReadOnlySpan<byte> rows)
    {
        var bits = UInt128.Zero;
        foreach (var row in rows)
        {
            bits = bits << 8 | row;
        }
        return bits;
    }
}
