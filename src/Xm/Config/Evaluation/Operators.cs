using System.Numerics;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Python 2's operators on numbers, strings, lists and sets. Whole numbers divide to whole numbers.</summary>
internal sealed class Operators(Machine machine)
{
    public Value Unary(string symbol, Value value) =>
        (symbol, value) switch
        {
            ("-", FloatValue number) => new FloatValue(-number.Number),
            ("+", FloatValue) => value,
            (_, LongValue or IntValue or BoolValue) => Number.Of(
                symbol switch
                {
                    "-" => -Number.Whole(value)!.Value,
                    "~" => -Number.Whole(value)!.Value - 1,
                    _ => Number.Whole(value)!.Value,
                },
                value is LongValue
            ),
            _ => throw Raised.Type($"bad operand type for unary {symbol}: '{value.TypeName}'"),
        };

    /// <summary><c>a += b</c>: lists and sets change in place, all else is as <c>a + b</c>.</summary>
    public Value InPlace(string symbol, Value left, Value right)
    {
        if (symbol == "+" && left is ListValue list)
        {
            foreach (
                var item in machine.Iteration.Of(
                    right is ListValue same && ReferenceEquals(same, list) ? new ListValue([.. list.Items]) : right
                )
            )
            {
                machine.Add(list.Items, item);
            }
            return list;
        }
        if (left is SetValue { IsFrozen: false } set && right is SetValue other && ChangeSet(symbol, set, other))
        {
            return set;
        }
        return Binary(symbol, left, right, symbol + "=");
    }

    public Value Binary(string symbol, Value left, Value right) => Binary(symbol, left, right, symbol);

    private Value Binary(string symbol, Value left, Value right, string shown)
    {
        if (left is IntValue a && right is IntValue b && Quick(symbol, a.Number, b.Number) is { } quick)
        {
            return quick;
        }
        if (symbol == "%" && Text.Is(left))
        {
            return machine.Texts.Formats.Percent(left, right);
        }
        if (Number.Is(left) && Number.Is(right))
        {
            return left is FloatValue || right is FloatValue ? Real(symbol, left, right, shown) : Whole(symbol, left, right);
        }
        return symbol switch
        {
            "+" => Add(left, right),
            "*" when IsSequence(left) && Number.Whole(right) is not null => Repeat(left, right),
            "*" when IsSequence(right) && Number.Whole(left) is not null => Repeat(right, left),
            "*" when IsSequence(left) => throw Raised.Type($"can't multiply sequence by non-int of type '{right.TypeName}'"),
            "*" when IsSequence(right) => throw Raised.Type($"can't multiply sequence by non-int of type '{left.TypeName}'"),
            _ => Sets(symbol, left, right),
        }
            ?? throw Raised.Type(
                $"unsupported operand type(s) for {shown}{(shown == "**" ? " or pow()" : "")}: '{left.TypeName}' and '{right.TypeName}'"
            );
    }

    /// <summary>The usual case without detours: small numbers.</summary>
    private static IntValue? Quick(string symbol, long a, long b)
    {
        const int small = int.MaxValue;
        if (a is > small or < -small || b is > small or < -small)
        {
            return null;
        }
        return symbol switch
        {
            "+" => new IntValue(a + b),
            "-" => new IntValue(a - b),
            "*" => new IntValue(a * b),
            _ => null,
        };
    }

    private Value Whole(string symbol, Value left, Value right)
    {
        var a = Number.Whole(left)!.Value;
        var b = Number.Whole(right)!.Value;
        machine.Budget.Bits(Math.Max(Bits(a), Bits(b)));
        var isLong = left is LongValue || right is LongValue;
        if (left is BoolValue && right is BoolValue && symbol is ("&" or "|" or "^"))
        {
            return BoolValue.Of(
                symbol switch
                {
                    "&" => !(a * b).IsZero,
                    "|" => !(a + b).IsZero,
                    _ => a != b,
                }
            );
        }
        switch (symbol)
        {
            case "+":
                return Number.Of(a + b, isLong);
            case "-":
                return Number.Of(a - b, isLong);
            case "*":
                machine.Budget.Bits(Bits(a) + Bits(b));
                return Number.Of(a * b, isLong);
            case "/" or "//":
                return Number.Of(FloorDivide(a, b), isLong);
            case "%":
                return Number.Of(a - FloorDivide(a, b) * b, isLong);
            case "**":
                return b.Sign < 0 ? new FloatValue(RealPower(Number.Real(left), Number.Real(right))) : Number.Of(Power(a, b), isLong);
            case "<<" or ">>":
                return Number.Of(Shift(a, b, symbol == "<<"), isLong);
            case "&":
                return Number.Of(a & b, isLong);
            case "|":
                return Number.Of(a | b, isLong);
            default:
                return Number.Of(a ^ b, isLong);
        }
    }

    public static long Bits(BigInteger number) => (long)number.GetBitLength();

    public static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        if (b.IsZero)
        {
            throw Raised.Of("ZeroDivisionError", "integer division or modulo by zero");
        }
        var quotient = BigInteger.DivRem(a, b, out var rest);
        return !rest.IsZero && rest.Sign != b.Sign ? quotient - 1 : quotient;
    }

    private BigInteger Power(BigInteger a, BigInteger b)
    {
        if (BigInteger.Abs(a) <= 1)
        {
            return a.IsZero ? (b.IsZero ? 1 : 0)
                : a.IsOne || b.IsEven ? 1
                : -1;
        }
        machine.Budget.Bits(b > Budget.MaxBits ? long.MaxValue : (long)b * (Bits(BigInteger.Abs(a)) - 1));
        return BigInteger.Pow(a, (int)b);
    }

    private BigInteger Shift(BigInteger a, BigInteger b, bool isLeft)
    {
        if (b.Sign < 0)
        {
            throw Raised.Argument("negative shift count");
        }
        if (!isLeft)
        {
            return b > Budget.MaxBits * 2 ? (a.Sign < 0 ? -1 : 0) : a >> (int)b;
        }
        if (a.IsZero)
        {
            return a;
        }
        machine.Budget.Bits(b > Budget.MaxBits ? long.MaxValue : Bits(a) + (long)b);
        return a << (int)b;
    }

    private static FloatValue Real(string symbol, Value left, Value right, string shown)
    {
        if (symbol is not ("+" or "-" or "*" or "/" or "//" or "%" or "**"))
        {
            throw Raised.Type($"unsupported operand type(s) for {shown}: '{left.TypeName}' and '{right.TypeName}'");
        }
        var a = Number.Real(left);
        var b = Number.Real(right);
        if (b == 0 && symbol is ("/" or "//" or "%"))
        {
            throw Raised.Of(
                "ZeroDivisionError",
                symbol switch
                {
                    "/" => "float division by zero",
                    "//" => "float divmod()",
                    _ => "float modulo",
                }
            );
        }
        return new FloatValue(
            symbol switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                "//" => FloorReal(a, b),
                "%" => ModuloReal(a, b),
                _ => RealPower(a, b),
            }
        );
    }

    public static double ModuloReal(double a, double b)
    {
        var rest = a % b;
        if (rest != 0)
        {
            return (b < 0) != (rest < 0) ? rest + b : rest;
        }
        return Math.CopySign(0.0, b);
    }

    public static double FloorReal(double a, double b)
    {
        var rest = ModuloReal(a, b);
        var quotient = (a - rest) / b;
        if (quotient == 0)
        {
            return Math.CopySign(0.0, a / b);
        }
        var floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    public static double RealPower(double a, double b)
    {
        if (a == 0 && b < 0)
        {
            throw Raised.Of("ZeroDivisionError", "0.0 cannot be raised to a negative power");
        }
        if (a < 0 && b != Math.Floor(b) && !double.IsInfinity(a) && !double.IsNaN(b))
        {
            throw Raised.Argument("negative number cannot be raised to a fractional power");
        }
        var power = Math.Pow(a, b);
        return double.IsInfinity(power) && !double.IsInfinity(a) && !double.IsInfinity(b)
            ? throw Raised.Of("OverflowError", "(34, 'Numerical result out of range')")
            : power;
    }

    private static bool IsSequence(Value value) => value is StrValue or UnicodeValue or ListValue or TupleValue;

    private Value Add(Value left, Value right)
    {
        switch (left, right)
        {
            case (StrValue or UnicodeValue, StrValue or UnicodeValue):
                var (a, b) = (Text.Of(left), Text.Of(right));
                machine.Budget.Text(a.Length + b.Length);
                return left is UnicodeValue || right is UnicodeValue ? new UnicodeValue(a + b) : new StrValue(a + b);
            case (ListValue x, ListValue y):
                machine.Budget.Elements(x.Items.Count + y.Items.Count);
                return new ListValue([.. x.Items, .. y.Items]);
            case (TupleValue x, TupleValue y):
                machine.Budget.Elements(x.Items.Count + y.Items.Count);
                return new TupleValue([.. x.Items, .. y.Items]);
            case (StrValue, _):
                throw Raised.Type($"cannot concatenate 'str' and '{right.TypeName}' objects");
            case (UnicodeValue, _):
                throw Raised.Type($"coercing to Unicode: need string or buffer, {right.TypeName} found");
            case (ListValue or TupleValue, _):
                throw Raised.Type($"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}");
            default:
                throw Raised.Type($"unsupported operand type(s) for +: '{left.TypeName}' and '{right.TypeName}'");
        }
    }

    private Value Repeat(Value sequence, Value times)
    {
        var count = (long)BigInteger.Clamp(Number.Whole(times)!.Value, 0, int.MaxValue);
        switch (sequence)
        {
            case ListValue list:
                machine.Budget.Elements(list.Items.Count * count);
                return new ListValue(Repeated(list.Items, count));
            case TupleValue tuple:
                machine.Budget.Elements(tuple.Items.Count * count);
                return new TupleValue(Repeated(tuple.Items, count));
            default:
                var text = Text.Of(sequence);
                machine.Budget.Text(text.Length * count);
                return Text.Like(sequence, text.Length == 0 ? "" : new System.Text.StringBuilder().Insert(0, text, (int)count).ToString());
        }
    }

    private static List<Value> Repeated(IReadOnlyList<Value> items, long count)
    {
        var result = new List<Value>((int)(items.Count * count));
        for (var i = 0L; items.Count > 0 && i < count; i++)
        {
            result.AddRange(items);
        }
        return result;
    }

    private SetValue? Sets(string symbol, Value left, Value right)
    {
        if (left is not SetValue a || right is not SetValue b)
        {
            return null;
        }
        machine.Budget.Step(a.Items.Count + b.Items.Count);
        return symbol switch
        {
            "|" => machine.Sets.Union(a, b),
            "&" => machine.Sets.Intersection(a, b),
            "-" => machine.Sets.Difference(a, b),
            "^" => machine.Sets.SymmetricDifference(a, b),
            _ => null,
        };
    }

    private bool ChangeSet(string symbol, SetValue set, SetValue other)
    {
        machine.Budget.Step(set.Items.Count + other.Items.Count);
        switch (symbol)
        {
            case "|":
                machine.Sets.Update(set, other);
                return true;
            case "&":
                machine.Sets.Keep(set, other);
                return true;
            case "-":
                machine.Sets.RemoveAll(set, other);
                return true;
            case "^":
                machine.Sets.Toggle(set, other);
                return true;
            default:
                return false;
        }
    }
}
