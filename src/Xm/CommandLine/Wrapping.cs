using System.Text;

namespace Xm.CommandLine;

/// <summary>Line filling as old xm's help did it, odd limits included.</summary>
internal static class Wrapping
{
    /// <summary>
    /// A text shorter than <paramref name="width"/> is one line; a longer one is filled with words, line by line of the text.
    /// </summary>
    public static List<string> Wrap(string text, int width)
    {
        if (text.Length < width)
        {
            return [text];
        }
        var lines = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            Fill(line, width, lines);
        }
        return lines;
    }

    private static void Fill(string text, int width, List<string> lines)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // The blank behind the last word counts: a line is at most width - 2 characters long.
            if (line.Length > 0 && line.Length + word.Length + 1 >= width)
            {
                lines.Add(line.ToString(0, line.Length - 1));
                line.Clear();
            }
            line.Append(word).Append(' ');
        }
        if (line.Length > 0)
        {
            lines.Add(line.ToString(0, line.Length - 1));
        }
    }
}
