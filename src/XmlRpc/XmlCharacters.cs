using System.Buffers;
using System.Text;

namespace XmlRpc;

/// <summary>Which characters an XML 1.0 document can hold.</summary>
public static class XmlCharacters
{
    /// <summary>
    /// True for the code points that XML 1.0 allows: not the control characters except tab, newline and return, not surrogates.
    /// </summary>
    public static bool Allows(int code) =>
        code is '\t' or '\n' or '\r' or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or (>= 0x10000 and <= 0x10FFFF);

    /// <summary>True where every character of the text is allowed.</summary>
    public static bool AllowsAll(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var consumed) != OperationStatus.Done || !Allows(rune.Value))
            {
                return false;
            }
            rest = rest[consumed..];
        }
        return true;
    }
}
