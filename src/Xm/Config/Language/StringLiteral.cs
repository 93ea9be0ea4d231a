using System.Globalization;
using System.Text;
using Sxp;
using Xm.Config.Values;

namespace Xm.Config.Language;

/// <summary>Python 2's string literals: both quotes, three of them for several lines, the prefixes r, u, b, and all escapes.</summary>
internal static class StringLiteral
{
    public static bool StartsHere(Cursor cursor) => cursor.Ahead(PrefixLength(cursor)) is '\'' or '"';

    public static Value Read(Cursor cursor)
    {
        var at = cursor.Position;
        var isRaw = false;
        var isUnicode = false;
        for (var prefix = PrefixLength(cursor); prefix > 0; prefix--)
        {
            var letter = char.ToLowerInvariant(cursor.Next());
            isRaw |= letter == 'r';
            isUnicode |= letter == 'u';
        }
        var quote = cursor.Here;
        var isTriple = cursor.Ahead(1) == quote && cursor.Ahead(2) == quote;
        cursor.Skip(isTriple ? 3 : 1);
        var body = ReadBody(cursor, quote, isTriple, isRaw, isUnicode, at);
        return isUnicode ? new UnicodeValue(body) : new StrValue(body);
    }

    /// <summary>Whether the string that starts here has an f before it.</summary>
    public static bool IsFormatted(Cursor cursor)
    {
        for (var i = 0; i < PrefixLength(cursor); i++)
        {
            if (cursor.Ahead(i) is 'f' or 'F')
            {
                return true;
            }
        }
        return false;
    }

    private static int PrefixLength(Cursor cursor) =>
        (char.ToLowerInvariant(cursor.Here), char.ToLowerInvariant(cursor.Ahead(1))) switch
        {
            ('r', 'b' or 'f') or ('u' or 'b' or 'f', 'r') => 2,
            ('r' or 'u' or 'b' or 'f', _) => 1,
            _ => 0,
        };

    private static string ReadBody(Cursor cursor, char quote, bool isTriple, bool isRaw, bool isUnicode, Position start)
    {
        var text = new StringBuilder();
        var hasBytes = false;
        while (!cursor.AtEnd && (isTriple || cursor.Here != '\n'))
        {
            if (cursor.Here == quote && (!isTriple || (cursor.Ahead(1) == quote && cursor.Ahead(2) == quote)))
            {
                cursor.Skip(isTriple ? 3 : 1);
                // Bytes given as \xNN may make up characters of UTF-8 together.
                return hasBytes ? ByteText.FromBytes(ByteText.ToBytes(text.ToString())) : text.ToString();
            }
            if (cursor.Here != '\\')
            {
                text.Append(cursor.Next());
            }
            else if (isRaw)
            {
                text.Append(cursor.Next());
                if (!cursor.AtEnd)
                {
                    text.Append(cursor.Next());
                }
            }
            else
            {
                hasBytes |= ReadEscape(cursor, text, isUnicode);
            }
        }
        throw ConfigError.Syntax(isTriple ? "This string is never closed." : "This string is not closed at the end of its line.", start);
    }

    /// <summary>Reads one escape. An unknown one stays as it is, with its backslash. True where it gave a byte above 0x7f.</summary>
    private static bool ReadEscape(Cursor cursor, StringBuilder text, bool isUnicode)
    {
        var at = cursor.Position;
        cursor.Next();
        if (cursor.AtEnd)
        {
            return false;
        }
        var c = cursor.Next();
        var plain = c switch
        {
            '\\' or '\'' or '"' => c,
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => '\0',
        };
        if (plain != '\0')
        {
            text.Append(plain);
            return false;
        }
        switch (c)
        {
            case '\n':
                return false;
            case 'x':
                return AppendCode(text, Hex(cursor, 2, at), isUnicode, at);
            case >= '0' and <= '7':
                var code = c - '0';
                for (var more = 0; more < 2 && cursor.Here is >= '0' and <= '7'; more++)
                {
                    code = code * 8 + (cursor.Next() - '0');
                }
                return AppendCode(text, isUnicode ? code : code & 0xff, isUnicode, at);
            case 'u' when isUnicode:
                return AppendCode(text, Hex(cursor, 4, at), isUnicode, at);
            case 'U' when isUnicode:
                return AppendCode(text, Hex(cursor, 8, at), isUnicode, at);
            default:
                text.Append('\\').Append(c);
                return false;
        }
    }

    private static bool AppendCode(StringBuilder text, int code, bool isUnicode, Position at)
    {
        if (isUnicode && !Rune.IsValid(code))
        {
            throw ConfigError.Syntax("This escape is no character.", at);
        }
        if (isUnicode || code < 0x80)
        {
            text.Append(new Rune(code).ToString());
            return false;
        }
        text.Append(ByteText.FromBytes([(byte)code]));
        return true;
    }

    private static int Hex(Cursor cursor, int digits, Position at)
    {
        var text = new StringBuilder();
        while (text.Length < digits && char.IsAsciiHexDigit(cursor.Here))
        {
            text.Append(cursor.Next());
        }
        if (text.Length < digits)
        {
            throw ConfigError.Syntax($"This escape needs {digits} hexadecimal digits.", at);
        }
        return int.TryParse(text.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? code : -1;
    }
}
