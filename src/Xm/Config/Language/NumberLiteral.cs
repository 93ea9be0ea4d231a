using System.Globalization;
using System.Numerics;
using Xm.Config.Values;

namespace Xm.Config.Language;

/// <summary>Python 2's numbers: 10, 0x1f, 0755 and 0o755, 0b11, 10L, 1.5, 1e3.</summary>
internal static class NumberLiteral
{
    /// <summary>The longest number that is read; longer ones would only cost time.</summary>
    private const int MaxDigits = 1000;

    /// <summary>Null for an imaginary number, which means nothing in a configuration.</summary>
    public static Value? Read(Cursor cursor)
    {
        var at = cursor.Position;
        if (cursor.Here == '0' && cursor.Ahead(1) is 'x' or 'X' or 'o' or 'O' or 'b' or 'B')
        {
            var radix = char.ToLowerInvariant(cursor.Ahead(1)) switch
            {
                'x' => 16,
                'o' => 8,
                _ => 2,
            };
            cursor.Skip(cursor.Ahead(2) == '_' && char.IsAsciiHexDigit(cursor.Ahead(3)) ? 3 : 2);
            return Whole(cursor, TakeDigits(cursor, char.IsAsciiHexDigit), radix, at);
        }
        var start = cursor.Offset;
        var digits = TakeDigits(cursor, char.IsAsciiDigit);
        var isFloat = TakeFraction(cursor) | TakeExponent(cursor);
        if (cursor.Here is 'j' or 'J')
        {
            cursor.Next();
            return null;
        }
        if (!isFloat)
        {
            return digits.Length > 1 && digits[0] == '0' ? Whole(cursor, digits, 8, at) : Whole(cursor, digits, 10, at);
        }
        RefuseTail(cursor, at);
        return new FloatValue(double.Parse(cursor.From(start).Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private static bool TakeFraction(Cursor cursor)
    {
        if (cursor.Here != '.')
        {
            return false;
        }
        cursor.Next();
        TakeDigits(cursor, char.IsAsciiDigit);
        return true;
    }

    /// <summary>Digits without the underscores that Python 3 allows between them.</summary>
    private static string TakeDigits(Cursor cursor, Func<char, bool> isDigit)
    {
        var start = cursor.Offset;
        do
        {
            cursor.TakeWhile(isDigit);
        } while (cursor.Offset > start && cursor.Here == '_' && isDigit(cursor.Ahead(1)) && cursor.Next() == '_');
        return cursor.From(start).Replace("_", "");
    }

    private static bool TakeExponent(Cursor cursor)
    {
        var sign = cursor.Ahead(1) is '+' or '-' ? 1 : 0;
        if (cursor.Here is not ('e' or 'E') || !char.IsAsciiDigit(cursor.Ahead(1 + sign)))
        {
            return false;
        }
        cursor.Skip(1 + sign);
        TakeDigits(cursor, char.IsAsciiDigit);
        return true;
    }

    private static Value Whole(Cursor cursor, string digits, int radix, Position at)
    {
        if (digits.Length is 0 or > MaxDigits)
        {
            throw ConfigError.Syntax(digits.Length == 0 ? "A number lacks its digits." : "A number is too long.", at);
        }
        var number = BigInteger.Zero;
        foreach (var c in digits)
        {
            var digit = Convert.ToInt32(c.ToString(), 16);
            if (digit >= radix)
            {
                throw ConfigError.Syntax(
                    radix == 8
                        ? $"'{digits}' starts with 0 and so is an octal number, but {c} is no octal digit."
                        : $"{c} is no digit of this number.",
                    at
                );
            }
            number = number * radix + digit;
        }
        var isLong = cursor.Here is 'l' or 'L';
        if (isLong)
        {
            cursor.Next();
        }
        RefuseTail(cursor, at);
        return !isLong && number <= long.MaxValue ? new IntValue((long)number) : new LongValue(number);
    }

    /// <summary>12abc is no number followed by a name.</summary>
    private static void RefuseTail(Cursor cursor, Position at)
    {
        if (char.IsAsciiLetterOrDigit(cursor.Here) || cursor.Here == '_')
        {
            throw ConfigError.Syntax($"A number cannot go on with '{cursor.Here}'; text belongs in quotes.", at);
        }
    }
}
