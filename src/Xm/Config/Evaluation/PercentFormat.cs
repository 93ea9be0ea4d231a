using System.Numerics;
using System.Text;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary><c>'%-5s %(name)03d' % values</c>, with all flags of C.</summary>
internal sealed class PercentFormat
{
    private readonly Machine _machine;
    private readonly Texts _texts;
    private readonly Value _kind;
    private readonly string _format;
    private readonly Value _values;
    private readonly IReadOnlyList<Value> _items;
    private bool _isUnicode;
    private int _at;
    private int _used;

    public PercentFormat(Machine machine, Texts texts, Value format, Value values)
    {
        (_machine, _texts, _kind, _format, _values) = (machine, texts, format, Text.Of(format), values);
        _isUnicode = format is UnicodeValue;
        _items = values is TupleValue tuple ? tuple.Items : [values];
    }

    public Value Apply()
    {
        var text = new StringBuilder();
        while (_at < _format.Length)
        {
            var c = _format[_at++];
            text.Append(c == '%' ? ReadField() : c.ToString());
            if (c == '%')
            {
                _machine.Budget.Text(text.Length);
            }
        }
        if (_used < _items.Count && _values is not (DictValue or Xm.Config.Modules.EnvironmentValue))
        {
            throw Raised.Type("not all arguments converted during string formatting");
        }
        _machine.Budget.Text(text.Length);
        return _isUnicode ? new UnicodeValue(text.ToString()) : Text.Like(_kind, text.ToString());
    }

    private string ReadField()
    {
        Value? named = null;
        if (Here == '(')
        {
            named = ReadKey();
        }
        var (isLeft, sign, isZero, isAlternate) = (false, "", false, false);
        for (; Here is '-' or '+' or ' ' or '0' or '#'; _at++)
        {
            isLeft |= Here == '-';
            sign =
                Here == '+' ? "+"
                : Here == ' ' && sign.Length == 0 ? " "
                : sign;
            isZero |= Here == '0';
            isAlternate |= Here == '#';
        }
        var width = ReadNumber() ?? 0;
        if (width < 0)
        {
            (isLeft, width) = (true, -width);
        }
        int? precision = null;
        if (Here == '.')
        {
            _at++;
            precision = Math.Max(0, ReadNumber() ?? 0);
        }
        while (Here is 'l' or 'h' or 'L')
        {
            _at++;
        }
        _machine.Budget.Text(width);
        _machine.Budget.Text(precision ?? 0);
        if (_at >= _format.Length)
        {
            throw Raised.Argument("incomplete format");
        }
        var type = _format[_at++];
        if (type == '%')
        {
            return "%";
        }
        var value = named ?? Next();
        var (body, prefix) = Convert(type, value, precision, isAlternate, ref sign);
        var isNumber = type is not ('s' or 'r' or 'c');
        var missing = Math.Max(0, width - body.Length - prefix.Length);
        if (isLeft)
        {
            return prefix + body + new string(' ', missing);
        }
        return isZero && isNumber ? prefix + new string('0', missing) + body : new string(' ', missing) + prefix + body;
    }

    private char Here => _at < _format.Length ? _format[_at] : '\0';

    private (string Body, string Prefix) Convert(char type, Value value, int? precision, bool isAlternate, ref string sign)
    {
        switch (type)
        {
            case 's' or 'r':
                _isUnicode |= type == 's' && value is UnicodeValue;
                var text = type == 's' ? _texts.Str(value) : _texts.Repr(value);
                return (precision < text.Length ? text[..precision.Value] : text, "");
            case 'c':
                return (
                    Text.Is(value)
                        ? Text.Of(value) is { Length: 1 } letter
                            ? letter
                            : throw Raised.Type("%c requires int or char")
                        : Character(Number.Whole(value) ?? throw Raised.Type("%c requires int or char")),
                    ""
                );
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                var number = Number.Whole(value)
                    ?? (
                        value is FloatValue real
                            ? WholeOf(real.Number)
                            : throw Raised.Type($"%{type} format: a number is required, not {value.TypeName}")
                    );
                return Whole(type, number, precision, isAlternate, sign);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                var float64 =
                    Text.Is(value) ? throw Raised.Type("float argument required, not str")
                    : Number.Is(value) ? Number.Real(value)
                    : throw Raised.Type($"float argument required, not {value.TypeName}");
                return (
                    RealText.Format(float64, type, precision ?? 6, isAlternate),
                    double.IsNegative(float64) && !double.IsNaN(float64) ? "-" : sign
                );
            default:
                throw Raised.Argument(
                    $"unsupported format character '{(char.IsControl(type) ? '?' : type)}' (0x{(int)type:x}) at index {_at - 1}"
                );
        }
    }

    /// <summary>A character of a plain string is a byte.</summary>
    private string Character(BigInteger code) =>
        _isUnicode || (code >= 0 && code <= byte.MaxValue)
            ? Radix.Character(code)
            : throw Raised.Of("OverflowError", $"unsigned byte integer is {(code < 0 ? "less than minimum" : "greater than maximum")}");

    private (string, string) Whole(char type, BigInteger number, int? precision, bool isAlternate, string sign)
    {
        var magnitude = BigInteger.Abs(number);
        var digits = type switch
        {
            'x' => Radix.Digits(magnitude, 16),
            'X' => Radix.Digits(magnitude, 16).ToUpperInvariant(),
            'o' => Radix.Digits(magnitude, 8),
            _ => _texts.Whole(magnitude),
        };
        digits = digits.PadLeft(precision ?? 0, '0');
        var prefix = number.Sign < 0 ? "-" : sign;
        if (isAlternate)
        {
            prefix += type switch
            {
                'x' => "0x",
                'X' => "0X",
                _ => "",
            };
            digits = type == 'o' && digits[0] != '0' ? "0" + digits : digits;
        }
        return (digits, prefix);
    }

    private static BigInteger WholeOf(double number) =>
        double.IsFinite(number)
            ? new BigInteger(Math.Truncate(number))
            : throw Raised.Of("OverflowError", "cannot convert float to integer");

    private Value ReadKey()
    {
        var depth = 1;
        var start = ++_at;
        for (; depth > 0; _at++)
        {
            if (_at >= _format.Length)
            {
                throw Raised.Argument("incomplete format key");
            }
            depth += _format[_at] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
        }
        var key = _format.Substring(start, _at - 1 - start);
        return _values is TupleValue or StrValue or UnicodeValue || Number.Is(_values)
            ? throw Raised.Type("format requires a mapping")
            : _machine.Sequences.Get(_values, key);
    }

    private int? ReadNumber()
    {
        if (Here == '*')
        {
            _at++;
            return (int)Math.Clamp(Number.Index(Next(), "* wants int"), -Budget.MaxSize - 1, Budget.MaxSize + 1);
        }
        long? number = null;
        for (; char.IsAsciiDigit(Here); _at++)
        {
            number = Math.Min((number ?? 0) * 10 + (Here - '0'), Budget.MaxSize + 1);
        }
        return (int?)number;
    }

    private Value Next() => _used < _items.Count ? _items[_used++] : throw Raised.Type("not enough arguments for format string");
}
