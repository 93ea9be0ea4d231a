using Sxp;

namespace Xm.Config.Values;

/// <summary>Strings that are bytes: what struct, hashlib, inet_aton and the codecs give and take.</summary>
internal static class Bytes
{
    public static byte[] Of(Value text) => ByteText.ToBytes(Text.Of(text));

    /// <summary>Text where all of it is UTF-8; else each byte counts as one character.</summary>
    public static StrValue ToText(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? new StrValue(ByteText.FromBytes(bytes)) : Raw(bytes);

    /// <summary>Each byte is one character, so that the string has the length that it has in Python.</summary>
    public static StrValue Raw(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[i] = bytes[i] < 0x80 ? (char)bytes[i] : (char)(0xDC00 + bytes[i]);
        }
        return new StrValue(new string(text));
    }
}
