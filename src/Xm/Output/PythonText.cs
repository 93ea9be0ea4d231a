using System.Globalization;

namespace Xm.Output;

/// <summary>Texts as Python's <c>%</c> formats made them.</summary>
internal static class PythonText
{
    /// <summary><c>%.1f</c>: a value just between two tenths goes to the even one (.NET would round it up).</summary>
    public static string Tenths(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return "0.0";
        }
        var quarters = Math.Abs(value) * 4;
        if (quarters < 1e15 && quarters % 4 == 1)
        {
            value -= Math.CopySign(0.01, value);
        }
        return value.ToString("F1", CultureInfo.InvariantCulture);
    }

    /// <summary><c>%-Ns</c></summary>
    public static string Left(string text, int width) => text.PadRight(width);

    /// <summary><c>%Ns</c></summary>
    public static string Right(string text, int width) => text.PadLeft(width);

    public static string Right(long number, int width) => number.ToString(CultureInfo.InvariantCulture).PadLeft(width);
}
