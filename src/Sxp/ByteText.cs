using System.Buffers;
using System.Text;

namespace Sxp;

/// <summary>Byte strings as .NET strings, without loss.</summary>
/// <remarks>
/// Old xend's strings were bytes. Here they are text: UTF-8 is decoded, and a byte that is not part of valid UTF-8 becomes
/// the lone surrogate U+DC00 + byte, as Python 3 does it ("surrogateescape"), so that it can be written back.
/// </remarks>
public static class ByteText
{
    private const int EscapeBase = 0xDC00;

    /// <summary>Decodes UTF-8; no byte is lost and no input is refused.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == OperationStatus.Done;
            if (valid)
            {
                text.Append(rune.ToString());
            }
            else
            {
                for (var i = 0; i < consumed; i++)
                {
                    text.Append(EscapedByte(bytes[i]));
                }
            }
            bytes = bytes[consumed..];
        }
        return text.ToString();
    }

    /// <summary>The bytes of a text. A lone surrogate that does not stand for a byte becomes U+FFFD.</summary>
    public static byte[] ToBytes(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return Encoding.UTF8.GetBytes(text);
        }
        var bytes = new ArrayBufferWriter<byte>(text.Length * 3);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf16(rest, out var rune, out var consumed) == OperationStatus.Done;
            if (!valid && IsEscapedByte(rest[0]))
            {
                bytes.GetSpan(1)[0] = (byte)(rest[0] - EscapeBase);
                bytes.Advance(1);
            }
            else
            {
                bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            }
            rest = rest[consumed..];
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A single byte from 0x80 to 0xFF as a character of its own.</summary>
    internal static char EscapedByte(byte value) => (char)(EscapeBase + value);

    internal static bool IsEscapedByte(char c) => c is >= '\uDC80' and <= '\uDCFF';
}
