using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>
/// Comparisons. As in Python 2 everything can be compared with everything: None, then numbers, then all else by the name of its type.
/// </summary>
internal sealed class Ordering(Machine machine)
{
    public bool Holds(string symbol, Value left, Value right)
    {
        switch (symbol)
        {
            case "==":
                return machine.Equality.Equals(left, right);
            case "!=":
                return !machine.Equality.Equals(left, right);
            case "is":
                return IsSame(left, right);
            case "is not":
                return !IsSame(left, right);
            case "in":
                return machine.Sequences.Contains(right, left);
            case "not in":
                return !machine.Sequences.Contains(right, left);
        }
        if (left is SetValue a && right is SetValue b)
        {
            machine.Budget.Step(a.Items.Count + b.Items.Count);
            return symbol switch
            {
                "<" => a.Items.Count < b.Items.Count && a.Items.Keys.All(b.Items.ContainsKey),
                "<=" => a.Items.Keys.All(b.Items.ContainsKey),
                ">" => a.Items.Count > b.Items.Count && b.Items.Keys.All(a.Items.ContainsKey),
                _ => b.Items.Keys.All(a.Items.ContainsKey),
            };
        }
        if (Compare(left, right) is not { } order)
        {
            return false;
        }
        return symbol switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>Below, at or above zero; null where one of the values is not a number (NaN).</summary>
    public int? Compare(Value left, Value right)
    {
        machine.Budget.Nest();
        switch (left, right)
        {
            case (StrValue or UnicodeValue, StrValue or UnicodeValue):
                return CompareTexts(Text.Of(left), Text.Of(right));
            case (ListValue a, ListValue b):
                return CompareItems(a.Items, b.Items);
            case (TupleValue a, TupleValue b):
                return CompareItems(a.Items, b.Items);
        }
        if (Number.Is(left) && Number.Is(right))
        {
            return Number.Compare(left, right);
        }
        if (ReferenceEquals(left, right) || machine.Equality.Equals(left, right))
        {
            return 0;
        }
        if ((Text.Is(left) && Number.Is(right)) || (Number.Is(left) && Text.Is(right)))
        {
            machine.Warn("A string is compared with a number, and is always the larger one: convert it with int().");
        }
        return Rank(left, right);
    }

    /// <summary>Sorts, equal elements staying in their order.</summary>
    public List<Value> Sort(IReadOnlyList<Value> items, Comparison<Value> compare)
    {
        machine.Budget.Elements(items.Count);
        if (items.Count < 2)
        {
            return [.. items];
        }
        var half = items.Count / 2;
        var left = Sort(items.Take(half).ToList(), compare);
        var right = Sort(items.Skip(half).ToList(), compare);
        var sorted = new List<Value>(items.Count);
        var (i, j) = (0, 0);
        while (i < left.Count && j < right.Count)
        {
            sorted.Add(compare(right[j], left[i]) < 0 ? right[j++] : left[i++]);
        }
        sorted.AddRange(left.Skip(i));
        sorted.AddRange(right.Skip(j));
        return sorted;
    }

    private static bool IsSame(Value left, Value right) =>
        ReferenceEquals(left, right)
        || (left, right) switch
        {
            (NoneValue, NoneValue) => true,
            (BoolValue a, BoolValue b) => a.Truth == b.Truth,
            (IntValue a, IntValue b) => a.Number == b.Number && a.Number is >= -5 and <= 256,
            (StrValue a, StrValue b) => a.Text == b.Text,
            (ExceptionType a, ExceptionType b) => a.Name == b.Name,
            _ => left is TypeValue && left.Equals(right),
        };

    /// <summary>By code points, as bytes of UTF-8 sort, too.</summary>
    private static int CompareTexts(string a, string b)
    {
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] != b[i])
            {
                return Weight(a[i]) - Weight(b[i]);
            }
        }
        return a.Length - b.Length;
    }

    /// <summary>Surrogates stand for what is above all other characters.</summary>
    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;

    private int? CompareItems(IReadOnlyList<Value> a, IReadOnlyList<Value> b)
    {
        for (var i = 0; i < a.Count && i < b.Count; i++)
        {
            machine.Budget.Step();
            if (!machine.Equality.Equals(a[i], b[i]))
            {
                return Compare(a[i], b[i]);
            }
        }
        return a.Count - b.Count;
    }

    private static int Rank(Value left, Value right)
    {
        if (left is NoneValue || right is NoneValue)
        {
            return left is NoneValue ? -1 : 1;
        }
        static string Name(Value value) => Number.Is(value) ? "" : value.TypeName;
        var order = string.CompareOrdinal(Name(left), Name(right));
        return order != 0 ? order : -1;
    }
}
