using Sprache;

namespace Sxp;

/// <summary>The tokens of an s-expression. Nesting is not here: <see cref="SxpReader"/> keeps it on a stack of its own.</summary>
/// <remarks>The rules are those of old xend's character-driven reader; where that one crashed or hung, the input is refused.</remarks>
internal static class SxpGrammar
{
    private const string BlankCharacters = " \t\n\v\f\r";

    /// <summary>Blanks, and comments from <c>#</c> to the end of the line. Never fails.</summary>
    public static readonly Parser<string> Blank = Run(BlankLength);

    /// <summary>
    /// A bare word up to a blank, a comment or one of <c>(){}&lt;&gt;[];</c>. Such a separator other than a parenthesis may begin a word.
    /// Quotes inside are part of it.
    /// </summary>
    public static readonly Parser<string> Atom =
        from first in Parse.Char(c => !char.IsControl(c) && !BlankCharacters.Contains(c) && !"()#'\"".Contains(c), "a word")
        from rest in Run(text => EndOfRun(text, static c => BlankCharacters.Contains(c) || "(){}<>[];#".Contains(c)))
        select first + rest;

    /// <summary>A string in single or double quotes.</summary>
    public static readonly Parser<string> Quoted = Between('\'').XOr(Between('"'));

    private static Parser<string> Between(char quote) =>
        from open in Parse.Char(quote)
        from pieces in Escape.XOr(Run(text => EndOfRun(text, c => c == quote || c == '\\'), atLeast: 1)).XMany()
        from close in Parse.Char(quote)
        select StringEscape.JoinBytes(string.Concat(pieces));

    /// <summary>One escape. After an unknown one the backslash stays and the character is dropped, as ever.</summary>
    private static Parser<string> Escape =>
        input =>
        {
            var at = (SxpInput)input;
            var rest = at.Rest;
            if (rest.IsEmpty || rest[0] != '\\')
            {
                return Result.Failure<string>(input, "", []);
            }
            if (StringEscape.TryRead(rest, out var value, out var length))
            {
                return Result.Success(value.ToString(), at.Skip(length));
            }
            if (rest.Length == 1)
            {
                return Result.Failure<string>(at.Skip(1), "", []);
            }
            return rest[1] switch
            {
                'x' => Result.Failure<string>(at.Skip(1), @"The escape \x needs one or two hexadecimal digits.", []),
                >= '0' and <= '7' => Result.Failure<string>(
                    at.Skip(1),
                    $@"The escape \{rest.Slice(1, length - 1)} is no byte: the largest is \377.",
                    []
                ),
                _ => Result.Success(@"\", at.Skip(char.IsSurrogatePair(rest[1], rest.Length > 2 ? rest[2] : '\0') ? 3 : 2)),
            };
        };

    // Sprache takes one character, and one object, at a time. Runs are taken at once.
    private static Parser<string> Run(RunLength lengthOf, int atLeast = 0) =>
        input =>
        {
            var at = (SxpInput)input;
            var length = lengthOf(at.Rest);
            return length < atLeast
                ? Result.Failure<string>(input, "", [])
                : Result.Success(at.Rest[..length].ToString(), length == 0 ? at : at.Skip(length));
        };

    private delegate int RunLength(ReadOnlySpan<char> text);

    private static int EndOfRun(ReadOnlySpan<char> text, Func<char, bool> ends)
    {
        var length = 0;
        while (length < text.Length && !ends(text[length]))
        {
            length++;
        }
        return length;
    }

    private static int BlankLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length)
        {
            if (text[length] == '#')
            {
                var end = text[length..].IndexOf('\n');
                length = end < 0 ? text.Length : length + end;
            }
            else if (BlankCharacters.Contains(text[length]))
            {
                length++;
            }
            else
            {
                break;
            }
        }
        return length;
    }
}
