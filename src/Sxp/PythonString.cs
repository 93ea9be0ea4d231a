using System.Text;

namespace Sxp;

/// <summary>String literals as Python 2's <c>repr()</c> writes them and old xend read them.</summary>
public static class PythonString
{
    /// <summary>The literal: single quotes, or double quotes where the text holds <c>'</c> but no <c>"</c>. Plain ASCII.</summary>
    public static string Repr(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var literal = new StringBuilder(text.Length + 2).Append(quote);
        AppendEscaped(literal, text, quote);
        return literal.Append(quote).ToString();
    }

    /// <summary>
    /// The inside of a literal, where quotes stay as they are: backslash, newline, tab, return, control and non-ASCII bytes are escaped.
    /// </summary>
    public static string EscapeBody(string text)
    {
        var body = new StringBuilder(text.Length + 16);
        AppendEscaped(body, text, quote: null);
        return body.ToString();
    }

    /// <summary>Undoes <see cref="EscapeBody"/>. An escape that Python does not know, or a broken one, stays as it is written.</summary>
    public static string UnescapeBody(string body)
    {
        var at = body.IndexOf('\\');
        if (at < 0)
        {
            return body;
        }
        var text = new StringBuilder(body.Length).Append(body, 0, at);
        while (at < body.Length)
        {
            if (body[at] == '\\' && StringEscape.TryRead(body.AsSpan(at), out var value, out var length))
            {
                text.Append(value);
                at += length;
            }
            else
            {
                text.Append(body[at++]);
            }
        }
        return StringEscape.JoinBytes(text.ToString());
    }

    private static void AppendEscaped(StringBuilder literal, string text, char? quote)
    {
        var ascii = System.Text.Ascii.IsValid(text);
        for (var i = 0; i < (ascii ? text.Length : 0); i++)
        {
            AppendByte(literal, (byte)text[i], quote);
        }
        if (!ascii)
        {
            foreach (var b in ByteText.ToBytes(text))
            {
                AppendByte(literal, b, quote);
            }
        }
    }

    private static void AppendByte(StringBuilder literal, byte b, char? quote)
    {
        switch (b)
        {
            case (byte)'\\':
                literal.Append(@"\\");
                break;
            case (byte)'\n':
                literal.Append(@"\n");
                break;
            case (byte)'\t':
                literal.Append(@"\t");
                break;
            case (byte)'\r':
                literal.Append(@"\r");
                break;
            case < 0x20 or >= 0x7f:
                literal.Append(@"\x").Append(b.ToString("x2"));
                break;
            default:
                if (b == quote)
                {
                    literal.Append('\\');
                }
                literal.Append((char)b);
                break;
        }
    }
}
