using System.Numerics;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>
/// What may stand behind the colon of a replacement field, and in <c>format()</c>:
/// <c>[[fill]align][sign][#][0][width][,][.precision][type]</c>
/// </summary>
internal sealed class FormatSpec
{
    private readonly char _fill = ' ';
    private readonly char _align = '\0';
    private readonly char _sign = '-';
    private readonly bool _isAlternate;
    private readonly bool _hasCommas;
    private readonly int _width;
    private readonly int _precision = -1;
    private readonly char _type = '\0';

    public FormatSpec(string text, Budget budget)
    {
        var at = 0;
        var hasFill = false;
        char Here() => at < text.Length ? text[at] : '\0';
        if (text.Length > 1 && text[1] is '<' or '>' or '=' or '^')
        {
            (_fill, _align, at, hasFill) = (text[0], text[1], 2, true);
        }
        else if (Here() is '<' or '>' or '=' or '^')
        {
            _align = text[at++];
        }
        if (Here() is '+' or '-' or ' ')
        {
            _sign = text[at++];
        }
        if (Here() == '#')
        {
            _isAlternate = true;
            at++;
        }
        if (Here() == '0')
        {
            at++;
            _fill = hasFill ? _fill : '0';
            _align = _align == '\0' ? '=' : _align;
        }
        _width = ReadNumber(text, ref at);
        budget.Text(_width);
        if (Here() is ',' or '_')
        {
            _hasCommas = true;
            at++;
        }
        if (Here() == '.')
        {
            at++;
            if (!char.IsAsciiDigit(Here()))
            {
                throw Raised.Argument("Format specifier missing precision");
            }
            _precision = ReadNumber(text, ref at);
        }
        if (at < text.Length)
        {
            _type = text[at++];
        }
        if (at < text.Length)
        {
            throw Raised.Argument("Invalid conversion specification");
        }
    }

    public string Apply(Value value, Texts texts)
    {
        switch (value)
        {
            case StrValue or UnicodeValue:
                if (_type is not ('s' or '\0'))
                {
                    throw Unknown(value);
                }
                var text = Text.Of(value);
                if (_align == '=')
                {
                    throw Raised.Argument("'=' alignment not allowed in string format specifier");
                }
                return Pad("", _precision >= 0 && _precision < text.Length ? text[.._precision] : text, '<');
            case BoolValue when _type == '\0':
                return Pad("", texts.Str(value), '<');
            case IntValue or LongValue or BoolValue when _type is '\0' or 'd' or 'n' or 'x' or 'X' or 'o' or 'b' or 'c':
                if (_precision >= 0)
                {
                    throw Raised.Argument("Precision not allowed in integer format specifier");
                }
                return Whole(Number.Whole(value)!.Value, texts);
            case IntValue
            or LongValue
            or BoolValue
            or FloatValue when _type is '\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%':
                return Real(Number.Real(value), texts);
            case FloatValue or IntValue or LongValue or BoolValue:
                throw Unknown(value);
            default:
                if (_type is not ('s' or '\0'))
                {
                    throw Unknown(value);
                }
                return Pad("", texts.Str(value), '<');
        }
    }

    private static Raised Unknown(Value value, char type) =>
        Raised.Argument($"Unknown format code '{type}' for object of type '{value.TypeName}'");

    private Raised Unknown(Value value) => Unknown(value, _type);

    private string Whole(BigInteger number, Texts texts)
    {
        if (_type == 'c')
        {
            return Pad("", Radix.Character(number), '<');
        }
        var magnitude = BigInteger.Abs(number);
        var (digits, prefix) = _type switch
        {
            'x' => (Radix.Digits(magnitude, 16), "0x"),
            'X' => (Radix.Digits(magnitude, 16).ToUpperInvariant(), "0X"),
            'o' => (Radix.Digits(magnitude, 8), "0o"),
            'b' => (Radix.Digits(magnitude, 2), "0b"),
            _ => (texts.Whole(magnitude), ""),
        };
        return Pad(SignOf(number.Sign < 0) + (_isAlternate ? prefix : ""), _hasCommas ? Group(digits) : digits, '>');
    }

    private string Real(double number, Texts texts)
    {
        var isNegative = double.IsNegative(number) && !double.IsNaN(number);
        string digits;
        if (_type == '\0' && _precision < 0)
        {
            digits = texts.Str(new FloatValue(Math.Abs(number)));
        }
        else if (_type == '%')
        {
            digits = RealText.Format(number * 100, 'f', _precision < 0 ? 6 : _precision, _isAlternate) + "%";
        }
        else
        {
            digits = RealText.Format(number, _type is '\0' or 'n' ? 'g' : _type, _precision < 0 ? 6 : _precision, _isAlternate);
            if (_type == '\0' && !digits.Contains('.') && !digits.Contains('e') && char.IsAsciiDigit(digits[0]))
            {
                digits += ".0";
            }
        }
        if (_hasCommas)
        {
            var end = digits.AsSpan().IndexOfAny('.', 'e', '%');
            digits = end < 0 ? Group(digits) : Group(digits[..end]) + digits[end..];
        }
        return Pad(SignOf(isNegative), digits, '>');
    }

    private string SignOf(bool isNegative) =>
        isNegative ? "-"
        : _sign == '-' ? ""
        : _sign.ToString();

    private static string Group(string digits)
    {
        for (var at = digits.Length - 3; at > 0; at -= 3)
        {
            digits = digits.Insert(at, ",");
        }
        return digits;
    }

    private string Pad(string sign, string text, char align)
    {
        var missing = Math.Max(0, _width - sign.Length - text.Length);
        return (_align == '\0' ? align : _align) switch
        {
            '<' => sign + text + new string(_fill, missing),
            '=' => sign + new string(_fill, missing) + text,
            '^' => new string(_fill, missing / 2) + sign + text + new string(_fill, missing - missing / 2),
            _ => new string(_fill, missing) + sign + text,
        };
    }

    private static int ReadNumber(string text, ref int at)
    {
        var number = 0L;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            number = Math.Min(number * 10 + (text[at] - '0'), int.MaxValue);
        }
        return (int)number;
    }
}
