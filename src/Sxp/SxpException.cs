namespace Sxp;

/// <summary>The text is not an s-expression. The message is a whole sentence, without the position.</summary>
public sealed class SxpException(string message, int line, int column) : Exception(message)
{
    /// <summary>Line of the offending character, counted from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column of the offending character in UTF-16 units, counted from 1.</summary>
    public int Column { get; } = column;
}
