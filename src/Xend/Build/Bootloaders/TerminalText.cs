using System.Text;

namespace Xend.Build.Bootloaders;

/// <summary>What a program wrote on a terminal, as lines for an error text: without what moves the cursor and paints.</summary>
internal static class TerminalText
{
    private const char Escape = '\x1b';

    private const int LongestLine = 400;

    /// <summary>The last lines that are not blank, each bounded.</summary>
    public static string LastLines(ReadOnlySpan<byte> written, int count)
    {
        var lines = Plain(Encoding.UTF8.GetString(written))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .TakeLast(count)
            .Select(line => line.Length > LongestLine ? line[..LongestLine] + "..." : line);
        return string.Join('\n', lines);
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == Escape)
            {
                at = EndOfSequence(text, at);
                // Most sequences put the cursor somewhere else: what follows is another piece of text.
                plain.Append('\n');
            }
            else if (text[at] is '\r' or '\n')
            {
                plain.Append('\n');
            }
            else if (!char.IsControl(text[at]))
            {
                plain.Append(text[at]);
            }
        }
        return plain.ToString();
    }

    /// <summary>The last character of an escape sequence of ECMA-48: CSI with its parameters, or one or two characters.</summary>
    private static int EndOfSequence(string text, int at)
    {
        if (at + 1 < text.Length && text[at + 1] == '[')
        {
            var end = at + 2;
            while (end < text.Length && text[end] is >= ' ' and <= '?')
            {
                end++;
            }
            return Math.Min(end, text.Length - 1);
        }
        var last = at + 1;
        while (last < text.Length && text[last] is >= ' ' and <= '/')
        {
            last++;
        }
        return Math.Min(last, text.Length - 1);
    }
}
