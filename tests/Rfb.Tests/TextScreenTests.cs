using System.IO.Compression;

namespace Rfb.Tests;

/// <summary>Letters read from a picture, with a font of the test's own: only its A is that of a real BIOS, by which it is found.</summary>
public sealed class TextScreenTests
{
    private const int Before = 100;

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

    private readonly byte[] _bios = new byte[Before + 256 * VgaFont.Rows + 50];

    public TextScreenTests()
    {
        for (var code = '!'; code <= '~'; code++)
        {
            Glyph(code)[5] = (byte)code;
            Glyph(code)[9] = (byte)~code;
        }
        LetterA.CopyTo(Glyph('A'));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void Letters_are_read_in_any_colours(int cell)
    {
        var screen = new Framebuffer(80 * cell, 25 * VgaFont.Rows);
        Draw(screen, cell, 0, 0, "A guest, tty1", 0xAAAAAA, 0);
        Draw(screen, cell, 3, 24, "winxp login:", 0xFFFFFF, 0x0000AA);
        var lines = TextScreen.Read(screen, VgaFont.FromBios(_bios))!;
        Assert.Equal(25, lines.Count);
        Assert.Equal(("A guest, tty1", "", "   winxp login:"), (lines[0], lines[1], lines[24]));
    }

    [Fact]
    public void What_is_no_letter_has_a_sign_of_its_own_and_a_graphical_screen_has_no_lines()
    {
        var font = VgaFont.FromBios(_bios);
        var screen = new Framebuffer(720, 400);
        (screen[4, 14], screen[5, 14]) = (0xFFFFFF, 0xFFFFFF);
        Assert.Equal(TextScreen.Unknown.ToString(), TextScreen.Read(screen, font)![0]);
        Assert.Null(TextScreen.Read(new Framebuffer(800, 600), font));
    }

    [Fact]
    public void A_BIOS_without_a_font_is_told() =>
        Assert.Contains("no 8x16 font", Assert.Throws<RfbException>(() => VgaFont.FromBios(new byte[1 << 15])).Message);

    [Fact]
    public void A_picture_is_a_PNG_file()
    {
        var screen = new Framebuffer(2, 1) { [1, 0] = 0x010203 };
        var file = screen.ToPng();
        Assert.Equal([0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0, 0, 0], file[..29]);
        // IEND's checksum is known to everybody.
        Assert.Equal([.. "IEND"u8, 0xAE, 0x42, 0x60, 0x82], file[^8..]);
        var start = file.AsSpan().IndexOf("IDAT"u8) + 4;
        using var rows = new ZLibStream(new MemoryStream(file[start..^16]), CompressionMode.Decompress);
        var row = new byte[7];
        rows.ReadExactly(row);
        Assert.Equal([0, 0, 0, 0, 1, 2, 3], row);
    }

    private Span<byte> Glyph(char code) => _bios.AsSpan(Before + code * VgaFont.Rows, VgaFont.Rows);

    private void Draw(Framebuffer screen, int cell, int column, int line, string text, int colour, int behind)
    {
        foreach (var letter in text)
        {
            for (var row = 0; row < VgaFont.Rows; row++)
            {
                for (var x = 0; x < cell; x++)
                {
                    screen[column * cell + x, line * VgaFont.Rows + row] =
                        x < 8 && (Glyph(letter)[row] >> (7 - x) & 1) != 0 ? colour : behind;
                }
            }
            column++;
        }
    }
}
