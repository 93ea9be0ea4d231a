namespace Xm.Config.Language;

/// <summary>A place in a text that moves forward, counting lines and columns.</summary>
internal sealed class Cursor(string text)
{
    private int _line = 1;
    private int _lineStart;

    public int Offset { get; private set; }

    public bool AtEnd => Offset >= text.Length;

    public Position Position => new(_line, Offset - _lineStart + 1);

    /// <summary>The character here, or '\0' behind the end.</summary>
    public char Here => Ahead(0);

    public char Ahead(int distance) => Offset + distance < text.Length ? text[Offset + distance] : '\0';

    public char Next()
    {
        var c = text[Offset++];
        if (c == '\n')
        {
            _line++;
            _lineStart = Offset;
        }
        return c;
    }

    public void Skip(int count)
    {
        for (; count > 0; count--)
        {
            Next();
        }
    }

    public string TakeWhile(Func<char, bool> accepted)
    {
        var start = Offset;
        while (!AtEnd && accepted(text[Offset]))
        {
            Next();
        }
        return text.Substring(start, Offset - start);
    }

    public string From(int start) => text.Substring(start, Offset - start);
}
