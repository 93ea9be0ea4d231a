using System.Text;

namespace Xm.Config.Language;

/// <summary>The text of a configuration file and the name that messages call it by.</summary>
internal sealed class SourceText(string name, string text)
{
    /// <summary>More than any real configuration; a larger file is surely not one.</summary>
    public const int MaxLength = 1 << 20;

    public string Name { get; } = name;

    /// <summary>Without byte order mark, lines ending in \n only.</summary>
    public string Text { get; } = text.TrimStart('\uFEFF').Replace("\r\n", "\n").Replace('\r', '\n');

    /// <summary>
    /// The sentences for an error: the first as old xm worded it, then the line, a caret under the place, and what is wrong there.
    /// </summary>
    public string Explain(ConfigError error) => (error.File ?? this).ExplainHere(error);

    private string ExplainHere(ConfigError error)
    {
        var text = new StringBuilder();
        if (error.IsSyntax)
        {
            text.Append($"Errors were found at line {error.At.Line} while processing {Name}:\n");
        }
        else
        {
            text.Append($"{error.Message}\n");
        }
        var line = Line(error.At.Line);
        var column = Math.Min(error.At.Column, line.Length + 1);
        text.Append('\t').Append(line).Append('\n').Append('\t').Append(Blanks(line, column - 1)).Append("^\n");
        text.Append(error.IsSyntax ? $"  column {column}: {error.Message}" : $"  in {Name}, line {error.At.Line}, column {column}");
        return text.ToString();
    }

    private string Line(int number)
    {
        var start = 0;
        for (var line = 1; line < number; line++)
        {
            var end = Text.IndexOf('\n', start);
            if (end < 0)
            {
                return "";
            }
            start = end + 1;
        }
        var stop = Text.IndexOf('\n', start);
        var found = stop < 0 ? Text.Substring(start) : Text.Substring(start, stop - start);
        return Printable(found.TrimEnd());
    }

    /// <summary>Control characters would upset a terminal.</summary>
    private static string Printable(string line)
    {
        var text = new StringBuilder(line);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] != '\t')
            {
                text[i] = '?';
            }
        }
        return text.ToString();
    }

    /// <summary>Tabs stay tabs, so that the caret stands under its character.</summary>
    private static string Blanks(string line, int count)
    {
        var blanks = new StringBuilder(count);
        for (var i = 0; i < count; i++)
        {
            blanks.Append(i < line.Length && line[i] == '\t' ? '\t' : ' ');
        }
        return blanks.ToString();
    }
}
