using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Xm.Config.Values;

/// <summary>
/// Python's <c>==</c> and <c>hash()</c>: numbers by value whatever their type, strings by text, containers by their elements.
/// </summary>
internal sealed class Equality(Budget budget)
{
    /// <summary>Slots that are looked at in vain cost this part of a step.</summary>
    private const int ProbesOfStep = 16;

    /// <summary>Values that are equal to themselves only, numbered in the order in which they were asked for.</summary>
    private readonly ConditionalWeakTable<Value, object> _identities = [];
    private long _identified;
    private int _probes;

    /// <summary>A number of the value's own, the same in each run of the same file.</summary>
    public long IdentityOf(Value value) => (long)_identities.GetValue(value, _ => 0x7f0000000000 + 64 * ++_identified);

    /// <summary>A slot of a hash table was looked at in vain.</summary>
    public void Probed()
    {
        if (++_probes % ProbesOfStep == 0)
        {
            budget.Step();
        }
    }

    public bool Equals(Value? x, Value? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }
        switch (x, y)
        {
            case (null, _) or (_, null):
                return false;
            case (IntValue a, IntValue b):
                return a.Number == b.Number;
            case (StrValue or UnicodeValue, StrValue or UnicodeValue):
                return Text.Of(x) == Text.Of(y);
            case (ListValue a, ListValue b):
                return SameItems(a.Items, b.Items);
            case (TupleValue a, TupleValue b):
                return SameItems(a.Items, b.Items);
            case (DictValue a, DictValue b):
                return SameEntries(a, b);
            case (SetValue a, SetValue b):
                budget.Step(a.Items.Count);
                return a.Items.Count == b.Items.Count && a.Items.Keys.All(b.Items.ContainsKey);
        }
        return Number.Is(x) && Number.Is(y) ? Number.Compare(x, y) == 0 : x.Equals(y);
    }

    public long HashOf(Value value)
    {
        switch (value)
        {
            case StrValue or UnicodeValue:
                return PythonHash.OfText(Text.Of(value));
            case IntValue number:
                return PythonHash.OfWhole(number.Number);
            case BoolValue truth:
                return truth.Truth ? 1 : 0;
            case FloatValue real:
                return PythonHash.OfReal(real.Number);
            case LongValue big:
                return PythonHash.OfWhole(big.Number);
            case NoneValue:
                return PythonHash.None;
            case TupleValue tuple:
                budget.Nest();
                return PythonHash.OfTuple(tuple.Items, HashOf);
            case SetValue { IsFrozen: true } set:
                budget.Nest();
                return PythonHash.OfFrozenSet(set.Items.Keys.Select(HashOf), set.Items.Count);
            case ListValue or DictValue or SetValue or SliceValue:
                throw Raised.Type($"unhashable type: '{value.TypeName}'");
            // Python 2 took their addresses; what is equal by its name has to have the same hash.
            case INamedValue named:
                return PythonHash.OfText(named.Name);
            default:
                return IdentityOf(value) >> 4;
        }
    }

    private bool SameItems(IReadOnlyList<Value> a, IReadOnlyList<Value> b)
    {
        budget.Nest();
        if (a.Count != b.Count)
        {
            return false;
        }
        for (var i = 0; i < a.Count && i < b.Count; i++)
        {
            budget.Step();
            if (!Equals(a[i], b[i]))
            {
                return false;
            }
        }
        return true;
    }

    private bool SameEntries(DictValue a, DictValue b)
    {
        budget.Nest();
        return a.Items.Count == b.Items.Count
            && a.Items.All(entry => b.Items.TryGetValue(entry.Key, out var other) && Equals(entry.Value, other));
    }
}

/// <summary>The text of both kinds of strings.</summary>
internal static class Text
{
    public static bool Is(Value value) => value is StrValue or UnicodeValue;

    public static string Of(Value value) =>
        value switch
        {
            StrValue text => text.Text,
            UnicodeValue text => text.Text,
            _ => throw Raised.Type($"expected a string, not {value.TypeName}"),
        };

    /// <summary>A string of the same kind as another: unicode stays unicode.</summary>
    public static Value Like(Value kind, string text) => kind is UnicodeValue ? new UnicodeValue(text) : new StrValue(text);
}

/// <summary>Whole and floating point numbers, bool included.</summary>
internal static class Number
{
    public static bool Is(Value value) => value is IntValue or FloatValue or LongValue or BoolValue;

    /// <summary>A whole number's value; null for all other values.</summary>
    public static BigInteger? Whole(Value value) =>
        value switch
        {
            IntValue number => number.Number,
            LongValue number => number.Number,
            BoolValue truth => truth.Truth ? BigInteger.One : BigInteger.Zero,
            _ => null,
        };

    public static double Real(Value value) =>
        value switch
        {
            FloatValue number => number.Number,
            IntValue number => number.Number,
            BoolValue truth => truth.Truth ? 1 : 0,
            LongValue number => Nearest(number.Number) is var real && double.IsInfinity(real)
                ? throw Raised.Of("OverflowError", "long int too large to convert to float")
                : real,
            _ => throw Raised.Type("a float is required"),
        };

    /// <summary>.NET's own conversion cuts off; Python takes the nearest.</summary>
    private static double Nearest(BigInteger number) =>
        double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>An int where 64 bits do and none of the operands was long; else a long.</summary>
    public static Value Of(BigInteger number, bool isLong = false) =>
        !isLong && number >= long.MinValue && number <= long.MaxValue ? new IntValue((long)number) : new LongValue(number);

    /// <summary>Less than, equal to or greater than zero; null where one is not a number (NaN).</summary>
    public static int? Compare(Value x, Value y)
    {
        if (x is IntValue a && y is IntValue b)
        {
            return a.Number.CompareTo(b.Number);
        }
        if (x is not FloatValue && y is not FloatValue)
        {
            return Whole(x)!.Value.CompareTo(Whole(y)!.Value);
        }
        var left = x is FloatValue f ? f.Number : double.NaN;
        var right = y is FloatValue g ? g.Number : double.NaN;
        if (x is FloatValue && y is FloatValue)
        {
            return double.IsNaN(left) || double.IsNaN(right) ? null : left.CompareTo(right);
        }
        // A whole number against a float: exactly, without rounding the whole one.
        var real = x is FloatValue ? left : right;
        var whole = Whole(x is FloatValue ? y : x)!.Value;
        if (double.IsNaN(real))
        {
            return null;
        }
        var order =
            double.IsInfinity(real) ? (real > 0 ? -1 : 1)
            : whole.CompareTo(new BigInteger(Math.Floor(real))) is var floor && floor == 0 && real != Math.Floor(real) ? -1
            : floor;
        return x is FloatValue ? -order : order;
    }

    /// <summary>An index or a count: a whole number that fits 64 bits.</summary>
    public static long Index(Value value, string what = "an integer is required")
    {
        var whole = Whole(value) ?? throw Raised.Type(what);
        return whole >= long.MinValue && whole <= long.MaxValue
            ? (long)whole
            : throw Raised.Of("OverflowError", "Python int too large to convert to C long");
    }
}
