using System.Globalization;

namespace Sxp;

/// <summary>
/// Reads a scalar out of a value, as loosely as old clients and old xend did: numbers may come as strings, flags as numbers.
/// </summary>
public static class SValueConversions
{
    /// <summary>The text of an atom, as Python 2's <c>str()</c> prints it; null for None, lists and structs.</summary>
    public static string? AsText(this SValue? value) =>
        value switch
        {
            SString text => text.Value,
            SInt number => number.Value.ToString(CultureInfo.InvariantCulture),
            SFloat number => PythonFloat.Str(number.Value),
            SBool truth => truth.Value ? "True" : "False",
            _ => null,
        };

    /// <summary>A whole number: an integer, a flag, a decimal string, or a float without fraction. Null for everything else.</summary>
    public static long? AsInt(this SValue? value) =>
        value switch
        {
            SInt number => number.Value,
            SBool truth => truth.Value ? 1 : 0,
            // Both limits are exact doubles; the upper one is 2^63, the first value that no longer fits.
            SFloat { Value: >= -9223372036854775808.0 and < 9223372036854775808.0 } number
                when Math.Truncate(number.Value) == number.Value => (long)number.Value,
            SString text when long.TryParse(text.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => null,
        };

    /// <summary>A number, given as number, flag or string. Null for everything else.</summary>
    public static double? AsDouble(this SValue? value) =>
        value switch
        {
            SFloat number => number.Value,
            SInt number => number.Value,
            SBool truth => truth.Value ? 1 : 0,
            SString text => PythonFloat.TryParse(text.Value, out var parsed) ? parsed : null,
            _ => null,
        };

    /// <summary>A flag: True/False, a number (0 is false), or one of the strings 0, 1, True, False. Null for everything else.</summary>
    public static bool? AsFlag(this SValue? value) =>
        value switch
        {
            SBool truth => truth.Value,
            SInt number => number.Value != 0,
            SString { Value: "1" or "True" or "true" } => true,
            SString { Value: "0" or "False" or "false" } => false,
            _ => null,
        };
}
