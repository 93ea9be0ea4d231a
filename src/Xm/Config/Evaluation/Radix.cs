using System.Numerics;
using System.Text;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Whole numbers in other bases, and as characters.</summary>
internal static class Radix
{
    public static string Digits(BigInteger magnitude, int radix)
    {
        if (magnitude.IsZero)
        {
            return "0";
        }
        var digits = new StringBuilder();
        for (; !magnitude.IsZero; magnitude /= radix)
        {
            digits.Insert(0, "0123456789abcdef"[(int)(magnitude % radix)]);
        }
        return digits.ToString();
    }

    /// <summary>With sign and prefix: <c>hex()</c>, <c>oct()</c>, <c>bin()</c>.</summary>
    public static string Prefixed(BigInteger number, int radix, string prefix) =>
        (number.Sign < 0 ? "-" : "") + prefix + Digits(BigInteger.Abs(number), radix);

    public static string Character(BigInteger code)
    {
        if (code < 0 || code > 0x10ffff || !Rune.IsValid((int)code))
        {
            throw Raised.Of("OverflowError", "%c arg not in range(0x110000)");
        }
        return new Rune((int)code).ToString();
    }

    /// <summary><c>int(text, radix)</c>; radix 0 takes the base from a prefix.</summary>
    public static BigInteger? Parse(string text, int radix)
    {
        var digits = text.Trim();
        var isNegative = digits.StartsWith('-');
        digits = isNegative || digits.StartsWith('+') ? digits[1..] : digits;
        digits = digits.TrimEnd('L', 'l') is var bare && radix != 0 && radix < 22 && digits.Length - bare.Length == 1 ? bare : digits;
        if (digits.Length > 1 && digits[0] == '0')
        {
            var named = char.ToLowerInvariant(digits[1]) switch
            {
                'x' => 16,
                'o' => 8,
                'b' => 2,
                _ => 0,
            };
            if (named != 0 && (radix == 0 || radix == named))
            {
                (radix, digits) = (named, digits[2..]);
            }
            else if (radix == 0)
            {
                radix = 8;
            }
        }
        radix = radix == 0 ? 10 : radix;
        if (digits.Length == 0 || digits.Length > 5000)
        {
            return null;
        }
        var number = BigInteger.Zero;
        foreach (var c in digits)
        {
            var digit =
                char.IsAsciiDigit(c) ? c - '0'
                : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10
                : 99;
            if (digit >= radix)
            {
                return null;
            }
            number = number * radix + digit;
        }
        return isNegative ? -number : number;
    }
}
