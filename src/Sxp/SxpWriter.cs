using System.Text;

namespace Sxp;

/// <summary>Prints s-expressions as old xend and xm did, character by character.</summary>
/// <remarks>
/// A string is bare where it is made of ASCII letters, digits and <c>. - _ : / ~</c>, or is <c>@</c>; otherwise it is Python's
/// literal. Floats have 12 significant digits, None is <c>'None'</c>. The output is plain ASCII. Values nested deeper than a few
/// thousand levels are a programming error; the readers bound theirs.
/// </remarks>
public static class SxpWriter
{
    /// <summary>Width of <c>xm list --long</c>, <c>xm create --dryrun</c> and the like.</summary>
    public const int ScreenWidth = 80;

    /// <summary>Width of the files of managed domains.</summary>
    public const int FileWidth = 78;

    private const int Indent = 4;

    /// <summary>The value on one line, single blanks between elements, without line end.</summary>
    public static string OneLine(SValue value)
    {
        var text = new StringBuilder();
        AppendOneLine(text, value);
        return text.ToString();
    }

    /// <summary>The value in lines of at most the given width where it can be broken, and a line end after the last.</summary>
    /// <remarks>
    /// A list stands on one line if it fits between its column and the width. Otherwise its first element follows the parenthesis,
    /// each other one and the closing parenthesis have a line of their own.
    /// </remarks>
    public static string Pretty(SValue value, int width = ScreenWidth)
    {
        var text = new StringBuilder();
        AppendPretty(text, value, column: 0, width);
        return text.Append('\n').ToString();
    }

    /// <summary>True where the string is printed without quotes.</summary>
    public static bool IsBare(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !".-_:/~".Contains(c))
            {
                return text == "@";
            }
        }
        return text.Length > 0;
    }

    private static void AppendPretty(StringBuilder text, SValue value, int column, int width)
    {
        var start = text.Length;
        if (AppendWhileFits(text, value, start + Math.Max(0, width - column)) || ElementsOf(value) is not { } elements)
        {
            return;
        }
        text.Length = start;
        text.Append('(');
        for (var i = 0; i < elements.Count; i++)
        {
            var elementColumn = column + (i == 0 ? 1 : Indent);
            if (i > 0)
            {
                text.Append('\n').Append(' ', elementColumn);
            }
            AppendPretty(text, elements[i], elementColumn, width);
        }
        text.Append('\n').Append(' ', column).Append(')');
    }

    private static void AppendOneLine(StringBuilder text, SValue value) => AppendWhileFits(text, value, int.MaxValue);

    /// <summary>
    /// Appends the one-line form, giving up inside a list as soon as the text is longer than the limit. That keeps the whole linear.
    /// </summary>
    private static bool AppendWhileFits(StringBuilder text, SValue value, int limit)
    {
        if (ElementsOf(value) is not { } elements)
        {
            text.Append(Atom(value));
            return text.Length <= limit;
        }
        text.Append('(');
        for (var i = 0; i < elements.Count; i++)
        {
            if (i > 0)
            {
                text.Append(' ');
            }
            if (!AppendWhileFits(text, elements[i], limit))
            {
                return false;
            }
        }
        text.Append(')');
        return text.Length <= limit;
    }

    private static IReadOnlyList<SValue>? ElementsOf(SValue value) =>
        value switch
        {
            SList list => list.Items,
            SStruct members => members.Members.Select(member => (SValue)SList.Of(member.Key, member.Value)).ToList(),
            _ => null,
        };

    private static string Atom(SValue value) =>
        value switch
        {
            SString text => IsBare(text.Value) ? text.Value : PythonString.Repr(text.Value),
            SNone => "'None'",
            _ => value.AsText()
                ?? throw new ArgumentException($"{value.GetType().Name} has no notation in an s-expression.", nameof(value)),
        };
}
