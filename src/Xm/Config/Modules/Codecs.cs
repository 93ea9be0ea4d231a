using System.Globalization;
using System.IO.Compression;
using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary><c>encode</c> and <c>decode</c>: each codec gives what Python 2's gives, or is refused by its name.</summary>
internal static class Codecs
{
    private const string Hint = "is not part of the configuration language: write the result out";

    /// <param name="errors">What becomes of a character that the codec has no place for: strict, ignore, replace, ...</param>
    public static Value Encode(Machine machine, Value subject, string name, string errors)
    {
        var text = Text.Of(subject);
        machine.Budget.Text(text.Length * 4L);
        CheckErrors(errors);
        switch (Canonical(name))
        {
            case "hex":
                return new StrValue(Convert.ToHexStringLower(Bytes.Of(subject)));
            case "base64":
                return new StrValue(ToBase64(Bytes.Of(subject)));
            case "rot13":
                return new StrValue(Rotate(text));
            case "utf_8":
                return new StrValue(text);
            case "utf_8_sig":
                return new StrValue("\uFEFF" + text);
            case "utf_16":
                return Bytes.Raw([0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)]);
            case "utf_16_le":
                return Bytes.Raw(Encoding.Unicode.GetBytes(text));
            case "utf_16_be":
                return Bytes.Raw(Encoding.BigEndianUnicode.GetBytes(text));
            case "utf_32":
                return Bytes.Raw([0xff, 0xfe, 0, 0, .. Encoding.UTF32.GetBytes(text)]);
            case "utf_32_le":
                return Bytes.Raw(Encoding.UTF32.GetBytes(text));
            case "utf_32_be":
                return Bytes.Raw(new UTF32Encoding(bigEndian: true, byteOrderMark: false).GetBytes(text));
            case "ascii":
                return Narrow(text, "ascii", 0x80, errors);
            case "latin_1":
                return Narrow(text, "latin-1", 0x100, errors);
            default:
                throw Unknown(name);
        }
    }

    public static Value Decode(Machine machine, Value subject, string name, string errors)
    {
        var bytes = Bytes.Of(subject);
        machine.Budget.Text(bytes.Length);
        CheckErrors(errors);
        switch (Canonical(name))
        {
            case "hex":
                return Bytes.ToText(FromHex(Text.Of(subject)));
            case "base64":
                return Bytes.ToText(FromBase64(bytes));
            case "zlib":
                return Bytes.ToText(Inflate(machine, bytes));
            case "rot13":
                return new UnicodeValue(Rotate(Text.Of(subject)));
            case "utf_8":
                return new UnicodeValue(FromUtf8(bytes, errors));
            case "utf_8_sig":
                return new UnicodeValue(FromUtf8(bytes is [0xef, 0xbb, 0xbf, ..] ? bytes[3..] : bytes, errors));
            case "utf_16":
                return bytes is [0xfe, 0xff, ..]
                    ? Wide(new UnicodeEncoding(true, false, true), bytes[2..], "utf16", errors)
                    : Wide(new UnicodeEncoding(false, false, true), bytes is [0xff, 0xfe, ..] ? bytes[2..] : bytes, "utf16", errors);
            case "utf_16_le":
                return Wide(new UnicodeEncoding(false, false, true), bytes, "utf16", errors);
            case "utf_16_be":
                return Wide(new UnicodeEncoding(true, false, true), bytes, "utf16", errors);
            case "utf_32":
                return bytes is [0, 0, 0xfe, 0xff, ..]
                    ? Wide(new UTF32Encoding(true, false, true), bytes[4..], "utf32", errors)
                    : Wide(new UTF32Encoding(false, false, true), bytes is [0xff, 0xfe, 0, 0, ..] ? bytes[4..] : bytes, "utf32", errors);
            case "utf_32_le":
                return Wide(new UTF32Encoding(false, false, true), bytes, "utf32", errors);
            case "utf_32_be":
                return Wide(new UTF32Encoding(true, false, true), bytes, "utf32", errors);
            case "ascii":
                return new UnicodeValue(FromAscii(bytes, errors));
            case "latin_1":
                return new UnicodeValue(Encoding.Latin1.GetString(bytes));
            default:
                throw Unknown(name);
        }
    }

    /// <summary>The codec that a name means, as Python's table of aliases has it.</summary>
    private static string Canonical(string name) =>
        name.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_') switch
        {
            "hex" or "hex_codec" => "hex",
            "base64" or "base64_codec" or "base_64" => "base64",
            "rot13" or "rot_13" => "rot13",
            "zip" or "zlib" or "zlib_codec" => "zlib",
            "utf_8" or "utf8" or "u8" or "utf" or "utf8_ucs2" or "utf8_ucs4" => "utf_8",
            "utf_8_sig" => "utf_8_sig",
            "utf_16" or "utf16" or "u16" => "utf_16",
            "utf_16_le" or "utf_16le" or "unicodelittleunmarked" => "utf_16_le",
            "utf_16_be" or "utf_16be" or "unicodebigunmarked" => "utf_16_be",
            "utf_32" or "utf32" or "u32" => "utf_32",
            "utf_32_le" or "utf_32le" => "utf_32_le",
            "utf_32_be" or "utf_32be" => "utf_32_be",
            "ascii" or "us_ascii" or "us" or "646" or "ansi_x3.4_1968" or "iso646_us" => "ascii",
            "latin_1" or "latin1" or "latin" or "l1" or "iso_8859_1" or "iso8859_1" or "8859" or "iso8859" or "cp819" => "latin_1",
            var other => other,
        };

    /// <summary>Codecs of Python that xm has not are refused; all other names are Python's own error.</summary>
    private static Exception Unknown(string name)
    {
        var known = Canonical(name);
        var isPythons =
            known
                is "zlib"
                    or "bz2"
                    or "bz2_codec"
                    or "uu"
                    or "uu_codec"
                    or "quopri"
                    or "quopri_codec"
                    or "quoted_printable"
                    or "string_escape"
                    or "unicode_escape"
                    or "raw_unicode_escape"
                    or "unicode_internal"
                    or "utf_7"
                    or "utf7"
                    or "idna"
                    or "punycode"
                    or "mbcs"
                    or "undefined"
            || new[] { "cp", "iso", "koi8", "mac", "windows", "big5", "euc", "gb", "hz", "shift", "johab", "tis", "ptcp" }.Any(start =>
                known.StartsWith(start, StringComparison.Ordinal)
            );
        return isPythons ? new Refused($"the codec '{name}' {Hint}") : Raised.Of("LookupError", $"unknown encoding: {name}");
    }

    private static void CheckErrors(string errors)
    {
        if (errors is not ("strict" or "ignore" or "replace" or "xmlcharrefreplace" or "backslashreplace"))
        {
            throw Raised.Of("LookupError", $"unknown error handler name '{errors}'");
        }
    }

    /// <summary>Lines of 76 characters, each with its end.</summary>
    private static string ToBase64(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (var line in bytes.Chunk(57))
        {
            text.Append(Convert.ToBase64String(line)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>As binascii reads it: what is no character of base64 is left out.</summary>
    private static byte[] FromBase64(byte[] bytes)
    {
        var digits = string.Concat(bytes.TakeWhile(b => b != '=').Where(IsBase64).Select(b => (char)b));
        var isPadded = bytes.Contains((byte)'=');
        if (digits.Length % 4 == 1 || (digits.Length % 4 != 0 && !isPadded))
        {
            throw Raised.Of("binascii.Error", "Incorrect padding");
        }
        return Convert.FromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '='));
    }

    private static bool IsBase64(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/';

    private static byte[] FromHex(string text) =>
        text.Length % 2 != 0 ? throw Raised.Type("Odd-length string")
        : text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text)
        : throw Raised.Type("Non-hexadecimal digit found");

    private static byte[] Inflate(Machine machine, byte[] bytes)
    {
        try
        {
            using var source = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
            var result = new byte[Budget.MaxSize + 1];
            var length = source.ReadAtLeast(result, result.Length, throwOnEndOfStream: false);
            machine.Budget.Text(length);
            return result[..length];
        }
        catch (InvalidDataException)
        {
            throw Raised.Of("zlib.error", "Error -3 while decompressing data: incorrect data");
        }
    }

    private static string Rotate(string text) =>
        string.Concat(
            text.Select(c =>
                char.IsAsciiLetterLower(c) ? (char)('a' + (c - 'a' + 13) % 26)
                : char.IsAsciiLetterUpper(c) ? (char)('A' + (c - 'A' + 13) % 26)
                : c
            )
        );

    /// <summary>One byte a character.</summary>
    private static StrValue Narrow(string text, string codec, int limit, string errors)
    {
        var bytes = new List<byte>();
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value < limit)
            {
                bytes.Add((byte)rune.Value);
            }
            else
            {
                var instead = errors switch
                {
                    "ignore" => "",
                    "replace" => "?",
                    "xmlcharrefreplace" => $"&#{rune.Value};",
                    "backslashreplace" => rune.Value < 0x100 ? $"\\x{rune.Value:x2}"
                    : rune.Value < 0x10000 ? $"\\u{rune.Value:x4}"
                    : $"\\U{rune.Value:x8}",
                    _ => throw Raised.Of(
                        "UnicodeEncodeError",
                        $"'{codec}' codec can't encode character u'\\x{rune.Value:x2}' in position {at}: ordinal not in range({limit})"
                    ),
                };
                bytes.AddRange(Encoding.ASCII.GetBytes(instead));
            }
            at++;
        }
        return Bytes.ToText(bytes.ToArray());
    }

    private static string FromAscii(byte[] bytes, string errors)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at++)
        {
            text.Append(
                bytes[at] < 0x80 ? ((char)bytes[at]).ToString() : Instead(errors, "ascii", bytes[at], at, "ordinal not in range(128)")
            );
        }
        return text.ToString();
    }

    private static string FromUtf8(byte[] bytes, string errors)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; )
        {
            var isWell = Rune.DecodeFromUtf8(bytes.AsSpan(at), out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(isWell ? rune.ToString() : Instead(errors, "utf8", bytes[at], at, "invalid start byte"));
            at += length;
        }
        return text.ToString();
    }

    private static string Instead(string errors, string codec, byte value, int at, string why) =>
        errors switch
        {
            "ignore" => "",
            "replace" => "\uFFFD",
            _ => throw Raised.Of("UnicodeDecodeError", $"'{codec}' codec can't decode byte 0x{value:x2} in position {at}: {why}"),
        };

    /// <param name="encoding">One that throws where the bytes are none of its own.</param>
    private static UnicodeValue Wide(Encoding encoding, byte[] bytes, string name, string errors)
    {
        try
        {
            return new UnicodeValue(encoding.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return errors switch
            {
                "ignore" => new UnicodeValue(Lenient(encoding, "").GetString(bytes)),
                "replace" => new UnicodeValue(Lenient(encoding, "\uFFFD").GetString(bytes)),
                _ => throw Raised.Of("UnicodeDecodeError", $"'{name}' codec can't decode bytes: they are cut off or no characters"),
            };
        }
    }

    private static Encoding Lenient(Encoding encoding, string instead)
    {
        var lenient = (Encoding)encoding.Clone();
        lenient.DecoderFallback = new DecoderReplacementFallback(instead);
        return lenient;
    }
}
