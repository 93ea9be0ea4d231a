using Xm.Config.Values;

namespace Xm.Config.Language;

/// <summary>A place in a configuration file; line and column count from 1, a column is a character.</summary>
internal readonly record struct Position(int Line, int Column);

internal enum TokenKind
{
    Name,
    Keyword,
    Literal,
    FormattedString,

    /// <summary>A literal that is not understood; its text says why.</summary>
    Refused,
    Operator,
    Newline,
    Indent,
    Dedent,
    End,
}

/// <summary>
/// One token. <paramref name="Text"/> is how the file spells names, keywords and operators; <paramref name="Literal"/> is the value of a
/// number or string.
/// </summary>
internal readonly record struct Token(TokenKind Kind, string Text, Position At, Value? Literal = null)
{
    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    public bool IsKeyword(string text) => Kind == TokenKind.Keyword && Text == text;

    /// <summary>How an error message calls the token.</summary>
    public string Describe() =>
        Kind switch
        {
            TokenKind.Newline => "the end of the line",
            TokenKind.End => "the end of the file",
            TokenKind.Indent => "an indented line",
            TokenKind.Dedent => "the end of an indented block",
            TokenKind.FormattedString => "a string",
            TokenKind.Refused => "a number",
            TokenKind.Literal => Literal is StrValue or UnicodeValue ? "a string" : "a number",
            _ => $"'{Text}'",
        };
}
