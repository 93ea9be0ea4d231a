using System.Globalization;
using System.Text;

namespace Sxp;

/// <summary>Floating point numbers as Python 2.7 prints and reads them.</summary>
public static class PythonFloat
{
    /// <summary><c>str()</c>: 12 significant digits, always with a point or an exponent: <c>92.5</c>, <c>3.0</c>, <c>1e+11</c>.</summary>
    public static string Str(double value) =>
        NameOf(value) ?? Layout(value.ToString("E11", CultureInfo.InvariantCulture), largestPoint: 11);

    /// <summary><c>repr()</c>: the shortest digits that read back to the same number: <c>24.116146647</c>, <c>1e+16</c>.</summary>
    public static string Repr(double value) => NameOf(value) ?? Layout(value.ToString("R", CultureInfo.InvariantCulture), largestPoint: 16);

    /// <summary>
    /// Reads what Python's <c>float()</c> reads: decimal notation, surrounding blanks, <c>nan</c>, <c>inf</c>, <c>infinity</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        var trimmed = text.Trim();
        var unsigned = trimmed.Length > 0 && trimmed[0] is '+' or '-' ? trimmed[1..] : trimmed;
        if (unsigned.Length > 0 && char.IsAsciiLetter(unsigned[0]))
        {
            value = unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN : double.PositiveInfinity;
            if (trimmed[0] == '-')
            {
                value = -value;
            }
            return double.IsNaN(value)
                || unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase)
                || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase);
        }
        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static string? NameOf(double value) =>
        double.IsNaN(value) ? "nan"
        : double.IsPositiveInfinity(value) ? "inf"
        : double.IsNegativeInfinity(value) ? "-inf"
        : null;

    /// <param name="number">The number as .NET prints it, with the right digits: 12.5, 0.001, 1.25E+22.</param>
    /// <param name="largestPoint">How many digits may stand before the decimal point; more take the exponent form.</param>
    private static string Layout(string number, int largestPoint)
    {
        var sign = number[0] == '-' ? "-" : "";
        var e = number.IndexOf('E');
        var mantissa = number[sign.Length..(e < 0 ? number.Length : e)];
        var dot = mantissa.IndexOf('.');
        var point = dot < 0 ? mantissa.Length : dot;
        var digits = mantissa.Replace(".", "");
        var zeros = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        if (digits.Length == 0)
        {
            return sign + "0.0";
        }
        point -= zeros;
        if (e >= 0)
        {
            point += int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }
        var text = new StringBuilder(sign);
        if (point <= -4 || point > largestPoint)
        {
            var exponent = point - 1;
            text.Append(digits[0]);
            if (digits.Length > 1)
            {
                text.Append('.').Append(digits, 1, digits.Length - 1);
            }
            return text.Append('e')
                .Append(exponent < 0 ? '-' : '+')
                .Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture))
                .ToString();
        }
        if (point <= 0)
        {
            return text.Append("0.").Append('0', -point).Append(digits).ToString();
        }
        return digits.Length <= point
            ? text.Append(digits).Append('0', point - digits.Length).Append(".0").ToString()
            : text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point).ToString();
    }
}
