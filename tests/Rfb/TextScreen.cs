using System.Text;

namespace Rfb;

/// <summary>Reads the letters of a screen in VGA text mode.</summary>
public static class TextScreen
{
    private const int Columns = 80;

    /// <summary>What stands for a cell that is no ASCII letter: a frame, the cursor, a picture.</summary>
    public const char Unknown = '\u00B7';

    /// <summary>The lines from the top, without blanks at their ends; null where the screen is not in a text mode of 80 columns.</summary>
    public static IReadOnlyList<string>? Read(Framebuffer screen, VgaFont font)
    {
        // A character is 9 pixels wide (720x400), or 8 (640x400).
        var cell = screen.Width / Columns;
        if (cell is not (8 or 9) || screen.Width % Columns != 0 || screen.Height % VgaFont.Rows != 0)
        {
            return null;
        }
        var lines = new List<string>();
        for (var y = 0; y < screen.Height; y += VgaFont.Rows)
        {
            var line = new StringBuilder();
            for (var x = 0; x < screen.Width; x += cell)
            {
                line.Append(Letter(screen, x, y, font));
            }
            lines.Add(line.ToString().TrimEnd());
        }
        return lines;
    }

    private static char Letter(Framebuffer screen, int x, int y, VgaFont font)
    {
        Span<byte> rows = stackalloc byte[VgaFont.Rows];
        // No letter of ASCII has a pixel in its top row: that one has the colour behind it.
        var behind = screen[x, y];
        for (var row = 0; row < VgaFont.Rows; row++)
        {
            for (var column = 0; column < 8; column++)
            {
                rows[row] = (byte)(rows[row] << 1 | (screen[x + column, y + row] != behind ? 1 : 0));
            }
        }
        return font.Letter(rows) ?? Unknown;
    }
}
