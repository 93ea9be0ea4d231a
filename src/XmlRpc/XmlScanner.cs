using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace XmlRpc;

/// <summary>Takes an XML document apart into tags and text: as much XML as XML-RPC needs, and no more.</summary>
/// <remarks>
/// UTF-8 only. Document types are refused, so there are no entities but the five of XML itself. Attributes, comments and
/// processing instructions are passed over. Everything is a slice of the input or bounded by its length.
/// </remarks>
internal ref struct XmlScanner
{
    private readonly ReadOnlySpan<byte> _xml;
    private int _at;
    private bool _atEmptyElement;

    public XmlScanner(ReadOnlySpan<byte> xml)
    {
        _xml = xml;
        if (!Utf8.IsValid(xml))
        {
            throw new XmlRpcFormatException("The message is not UTF-8.");
        }
        if (xml.StartsWith("\uFEFF"u8))
        {
            _at = 3;
        }
    }

    public readonly int Offset => _at;

    /// <summary>The name of the tag at the position, without a namespace prefix. Valid after <see cref="NextTag"/>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>True for <c>&lt;/name&gt;</c>. An empty element <c>&lt;name/&gt;</c> gives a start and an end.</summary>
    public bool IsEnd { get; private set; }

    public readonly bool IsStart(ReadOnlySpan<byte> name) => !IsEnd && Name.SequenceEqual(name);

    public readonly bool IsEndOf(ReadOnlySpan<byte> name) => IsEnd && Name.SequenceEqual(name);

    /// <summary>Goes to the next tag; only blanks may stand before it.</summary>
    public void NextTag()
    {
        if (_atEmptyElement)
        {
            _atEmptyElement = false;
            IsEnd = true;
            return;
        }
        SkipBlankAndRemarks();
        ReadTag();
    }

    /// <summary>Goes to the next tag and gives the text before it.</summary>
    public string TextAndNextTag()
    {
        if (_atEmptyElement)
        {
            NextTag();
            return "";
        }
        var text = ReadText();
        ReadTag();
        return text;
    }

    public void ExpectStart(ReadOnlySpan<byte> name)
    {
        NextTag();
        RequireStart(name);
    }

    public void ExpectEnd(ReadOnlySpan<byte> name)
    {
        NextTag();
        RequireEnd(name);
    }

    public readonly void RequireStart(ReadOnlySpan<byte> name)
    {
        if (!IsStart(name))
        {
            throw Error($"<{Encoding.UTF8.GetString(name)}> was expected");
        }
    }

    public readonly void RequireEnd(ReadOnlySpan<byte> name)
    {
        if (!IsEndOf(name))
        {
            throw Error($"</{Encoding.UTF8.GetString(name)}> was expected");
        }
    }

    /// <summary>Nothing but blanks and comments may follow.</summary>
    public void ExpectEndOfDocument()
    {
        SkipBlankAndRemarks();
        if (_at < _xml.Length)
        {
            throw Error("there is something after the end of the message");
        }
    }

    public readonly XmlRpcFormatException Error(string what) => new($"The message is not XML-RPC: {what} (at byte {_at}).", _at);

    private readonly ReadOnlySpan<byte> Rest => _xml[_at..];

    private void SkipBlankAndRemarks()
    {
        while (_at < _xml.Length)
        {
            if (IsBlank(_xml[_at]))
            {
                _at++;
            }
            else if (!SkipRemark())
            {
                return;
            }
        }
    }

    private bool SkipRemark() => SkipBetween("<!--"u8, "-->"u8, "comment") || SkipBetween("<?"u8, "?>"u8, "processing instruction");

    private bool SkipBetween(ReadOnlySpan<byte> open, ReadOnlySpan<byte> close, string what)
    {
        if (!Rest.StartsWith(open))
        {
            return false;
        }
        var length = Rest[open.Length..].IndexOf(close);
        if (length < 0)
        {
            throw Error($"a {what} does not end");
        }
        _at += open.Length + length + close.Length;
        return true;
    }

    private void ReadTag()
    {
        if (_at >= _xml.Length)
        {
            throw Error("it ends too early");
        }
        if (_xml[_at] != '<')
        {
            throw Error("text stands where a tag was expected");
        }
        if (Rest.StartsWith("<!"u8))
        {
            throw Error("document types and other declarations are not accepted");
        }
        var start = _at + 1;
        IsEnd = start < _xml.Length && _xml[start] == '/';
        if (IsEnd)
        {
            start++;
        }
        var end = start;
        while (
            end < _xml.Length
            && (char.IsAsciiLetterOrDigit((char)_xml[end]) || _xml[end] is (byte)':' or (byte)'_' or (byte)'-' or (byte)'.')
        )
        {
            end++;
        }
        if (end == start)
        {
            throw Error("a tag has no name");
        }
        var name = _xml[start..end];
        Name = name[(name.LastIndexOf((byte)':') + 1)..];
        ReadTagEnd(end);
    }

    // Attributes mean nothing here; they are passed over, with care for a > inside their quotes.
    private void ReadTagEnd(int at)
    {
        if (at < _xml.Length && !IsBlank(_xml[at]) && _xml[at] is not ((byte)'/' or (byte)'>'))
        {
            throw Error("a tag's name has a character that cannot stand there");
        }
        while (true)
        {
            var stop = _xml[at..].IndexOfAny("<>\"'"u8);
            if (stop < 0 || _xml[at + stop] == '<')
            {
                throw Error("a tag does not end");
            }
            at += stop;
            if (_xml[at] == '>')
            {
                break;
            }
            var quoted = _xml[(at + 1)..].IndexOf(_xml[at]);
            if (quoted < 0)
            {
                throw Error("a tag does not end");
            }
            at += quoted + 2;
        }
        _atEmptyElement = _xml[at - 1] == '/';
        if (_atEmptyElement && IsEnd)
        {
            throw Error("a tag begins and ends with a slash");
        }
        _at = at + 1;
    }

    private string ReadText()
    {
        var plain = Rest[..LengthUpTo(Rest, "<&\r"u8)];
        if (_at + plain.Length == _xml.Length)
        {
            throw Error("it ends too early");
        }
        if (_xml[_at + plain.Length] == '<' && !IsRemarkOrCData(_at + plain.Length))
        {
            CheckCharacters(plain);
            _at += plain.Length;
            return Encoding.UTF8.GetString(plain);
        }
        var text = new ArrayBufferWriter<byte>(plain.Length + 64);
        while (true)
        {
            if (_at == _xml.Length)
            {
                throw Error("it ends too early");
            }
            var c = _xml[_at];
            if (c == '&')
            {
                ReadReference(text);
            }
            else if (c == '<')
            {
                if (!IsRemarkOrCData(_at))
                {
                    return Encoding.UTF8.GetString(text.WrittenSpan);
                }
                if (!SkipRemark())
                {
                    var data = Rest["<![CDATA["u8.Length..];
                    AppendData(text, data[..Math.Max(0, data.IndexOf("]]>"u8))]);
                    SkipBetween("<![CDATA["u8, "]]>"u8, "CDATA section");
                }
            }
            else
            {
                var run = Rest[..LengthUpTo(Rest, "<&"u8)];
                AppendData(text, run);
                _at += run.Length;
            }
        }
    }

    private readonly bool IsRemarkOrCData(int at) =>
        _xml[at..].StartsWith("<!--"u8) || _xml[at..].StartsWith("<?"u8) || _xml[at..].StartsWith("<![CDATA["u8);

    private readonly void AppendData(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> data)
    {
        CheckCharacters(data);
        while (!data.IsEmpty)
        {
            // XML's line ends: CR LF and a lone CR both mean LF.
            var length = LengthUpTo(data, "\r"u8);
            text.Write(data[..length]);
            if (length < data.Length)
            {
                text.Write("\n"u8);
                length += data[length..].StartsWith("\r\n"u8) ? 2 : 1;
            }
            data = data[length..];
        }
    }

    private readonly void CheckCharacters(ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            if (b < 0x20 && !IsBlank(b))
            {
                throw Error($"it contains the character with code {b}, which XML does not allow");
            }
        }
    }

    private void ReadReference(ArrayBufferWriter<byte> text)
    {
        var length = Rest[..Math.Min(Rest.Length, 16)].IndexOf((byte)';');
        if (length < 0)
        {
            throw Error("an & begins no character reference");
        }
        var name = Rest[1..length];
        var rune =
            name.SequenceEqual("lt"u8) ? new Rune('<')
            : name.SequenceEqual("gt"u8) ? new Rune('>')
            : name.SequenceEqual("amp"u8) ? new Rune('&')
            : name.SequenceEqual("quot"u8) ? new Rune('"')
            : name.SequenceEqual("apos"u8) ? new Rune('\'')
            : name.StartsWith("#"u8) ? Numbered(Encoding.UTF8.GetString(name[1..]))
            : null;
        if (rune is not { } character)
        {
            throw Error($"&{Encoding.UTF8.GetString(name)}; is no character reference");
        }
        text.Advance(character.EncodeToUtf8(text.GetSpan(4)));
        _at += length + 1;
    }

    private static Rune? Numbered(string digits)
    {
        var number = 0;
        var parsed = digits.StartsWith('x')
            ? int.TryParse(digits.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return parsed && XmlCharacters.Allows(number) ? new Rune(number) : null;
    }

    private static int LengthUpTo(ReadOnlySpan<byte> data, ReadOnlySpan<byte> stops)
    {
        var length = data.IndexOfAny(stops);
        return length < 0 ? data.Length : length;
    }

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
}
