using System.Globalization;
using System.Numerics;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>
/// Floating point numbers in the forms <c>f</c>, <c>e</c> and <c>g</c>, exact as C prints them: a tie goes to the even digit.
/// </summary>
internal static class RealText
{
    /// <summary>Digits behind the point that are given at most.</summary>
    private const int MaxPrecision = 500;

    /// <param name="form">One of e, f, g and their capitals.</param>
    /// <param name="keepsZeros">Whether <c>g</c> keeps zeros at the end (<c>#</c>).</param>
    /// <returns>The number without sign.</returns>
    public static string Format(double number, char form, int precision, bool keepsZeros)
    {
        if (precision > MaxPrecision)
        {
            throw Raised.Argument("precision too large");
        }
        var lower = char.ToLowerInvariant(form);
        var text =
            double.IsNaN(number) ? "nan"
            : double.IsInfinity(number) ? "inf"
            : lower switch
            {
                'f' => Fixed(Math.Abs(number), precision),
                'e' => Scientific(Math.Abs(number), precision),
                _ => General(Math.Abs(number), precision == 0 ? 1 : precision, keepsZeros),
            };
        if (keepsZeros && precision == 0 && lower != 'g' && !text.Contains('.'))
        {
            var e = text.IndexOf('e');
            text = e < 0 ? text + "." : text.Insert(e, ".");
        }
        return char.IsUpper(form) ? text.ToUpperInvariant() : text;
    }

    private static string Fixed(double number, int precision)
    {
        var digits = Scaled(number, precision).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        return precision == 0 ? digits : digits[..^precision] + "." + digits[^precision..];
    }

    private static string Scientific(double number, int precision)
    {
        var (digits, exponent) = Significant(number, precision + 1);
        var mantissa = precision == 0 ? digits : digits[..1] + "." + digits[1..];
        return mantissa + Exponent(exponent);
    }

    private static string General(double number, int precision, bool keepsZeros)
    {
        var (digits, exponent) = Significant(number, precision);
        var isPlain = exponent >= -4 && exponent < precision;
        if (!keepsZeros)
        {
            digits = digits.TrimEnd('0');
        }
        if (!isPlain)
        {
            digits = digits.Length == 0 ? "0" : digits;
            return (digits.Length > 1 ? digits[..1] + "." + digits[1..] : digits) + Exponent(exponent);
        }
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }
        return digits.Length <= exponent + 1
            ? digits.PadRight(exponent + 1, '0') + (keepsZeros ? "." : "")
            : digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }

    private static string Exponent(int exponent) =>
        (exponent < 0 ? "e-" : "e+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);

    /// <summary>So many digits, the first of them at 10 to the power of the exponent.</summary>
    private static (string Digits, int Exponent) Significant(double number, int count)
    {
        if (number == 0)
        {
            return (new string('0', count), 0);
        }
        var exponent = (int)Math.Floor(Math.Log10(number));
        var digits = Scaled(number, count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
        if (digits.Length != count)
        {
            // The logarithm was off by one, or rounding gave one digit more.
            exponent += digits.Length - count;
            digits = Scaled(number, count - 1 - exponent).ToString(CultureInfo.InvariantCulture);
        }
        return (digits, exponent);
    }

    /// <summary>The number times 10 to the power of <paramref name="places"/>, rounded half to even, from its exact value.</summary>
    private static BigInteger Scaled(double number, int places)
    {
        var bits = BitConverter.DoubleToInt64Bits(number);
        var power = (int)((bits >> 52) & 0x7ff);
        BigInteger numerator = (bits & 0xfffffffffffffL) | (power == 0 ? 0 : 1L << 52);
        power = Math.Max(power, 1) - 1075;
        var denominator = BigInteger.One;
        if (places >= 0)
        {
            numerator *= BigInteger.Pow(10, places);
        }
        else
        {
            denominator *= BigInteger.Pow(10, -places);
        }
        if (power >= 0)
        {
            numerator <<= power;
        }
        else
        {
            denominator <<= -power;
        }
        var quotient = BigInteger.DivRem(numerator, denominator, out var rest);
        var twice = (rest * 2).CompareTo(denominator);
        return twice > 0 || (twice == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    /// <summary><c>round(number, places)</c>: as Python 2, a tie goes away from zero.</summary>
    public static double Round(double number, int places)
    {
        if (double.IsNaN(number) || double.IsInfinity(number) || places > 323 || number == 0)
        {
            return number;
        }
        if (places < -308)
        {
            return Math.CopySign(0, number);
        }
        var scaled = Scaled(Math.Abs(number), places);
        var half = Scaled(Math.Abs(number), places + 1);
        // Scaled() rounds a tie to even; an exact tie shows in one digit more, exact to the last.
        if (half % 10 == 5 && IsExact(Math.Abs(number), places + 1))
        {
            scaled = half / 10 + 1;
        }
        var text = scaled.ToString(CultureInfo.InvariantCulture) + "e" + (-places).ToString(CultureInfo.InvariantCulture);
        return Math.CopySign(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), number);
    }

    private static bool IsExact(double number, int places) =>
        places < 0
            ? Scaled(number, 0) == Scaled(number, places) * BigInteger.Pow(10, -places) && number == Math.Floor(number)
            : Scaled(number, places) * BigInteger.Pow(10, 30) == Scaled(number, places + 30);
}
