using System.Globalization;

namespace Sxp;

/// <summary>
/// The escapes of a string: <c>\a \b \t \n \v \f \r \\ \' \"</c>, <c>\xH</c> or <c>\xHH</c>, and one to three octal digits up to 377.
/// </summary>
internal static class StringEscape
{
    /// <param name="text">Text that starts with a backslash.</param>
    /// <param name="value">
    /// The character meant. A byte from 0x80 on is returned as <see cref="ByteText.EscapedByte"/>: two or more of them may be one
    /// character.
    /// </param>
    /// <param name="length">Characters of the text that belong to the escape.</param>
    /// <returns>False where this is no known escape or its number is broken.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out char value, out int length)
    {
        value = '\0';
        length = 2;
        if (text.Length < 2)
        {
            return false;
        }
        var c = text[1];
        var named = "abtnvfr\\'\"".IndexOf(c);
        if (named >= 0)
        {
            value = "\a\b\t\n\v\f\r\\'\""[named];
            return true;
        }
        if (c == 'x')
        {
            var digits = CountWhile(text[2..], 2, char.IsAsciiHexDigit);
            length = 2 + digits;
            value =
                digits == 0 ? '\0' : Byte(int.Parse(text.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            return digits > 0;
        }
        if (IsOctal(c))
        {
            var digits = CountWhile(text[1..], 3, IsOctal);
            length = 1 + digits;
            var number = 0;
            foreach (var digit in text.Slice(1, digits))
            {
                number = number * 8 + (digit - '0');
            }
            value = Byte(number & 0xff);
            return number <= 0xff;
        }
        return false;
    }

    /// <summary>Turns runs of escaped bytes that are valid UTF-8 into the characters they are.</summary>
    public static string JoinBytes(string text) =>
        text.AsSpan().ContainsAnyInRange('\uDC80', '\uDCFF') ? ByteText.FromBytes(ByteText.ToBytes(text)) : text;

    private static char Byte(int number) => number < 0x80 ? (char)number : ByteText.EscapedByte((byte)number);

    private static bool IsOctal(char c) => c is >= '0' and <= '7';

    private static int CountWhile(ReadOnlySpan<char> text, int most, Func<char, bool> accepted)
    {
        var count = 0;
        while (count < most && count < text.Length && accepted(text[count]))
        {
            count++;
        }
        return count;
    }
}
