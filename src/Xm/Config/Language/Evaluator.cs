using System.Numerics;
using Xm.Config.Values;

namespace Xm.Config.Language;

/// <summary>Works out the statements of a configuration file: names get values, in the order of the file.</summary>
/// <param name="names">The names that the file may use, to which it adds its own.</param>
internal sealed class Evaluator(IDictionary<string, Value> names)
{
    /// <summary>Deep enough for any sum of strings that a person writes.</summary>
    private const int MaxDepth = 2000;

    /// <summary>A string or list that grows beyond this is no configuration.</summary>
    private const int MaxSize = 1 << 20;

    private int _depth;

    /// <exception cref="ConfigError">A name is unknown, an operation does not fit its values, or xm does not understand it.</exception>
    public void Run(IEnumerable<Statement> statements)
    {
        foreach (var statement in statements)
        {
            switch (statement)
            {
                case ExpressionStatement bare:
                    Evaluate(bare.Expression);
                    break;
                case Assignment assignment:
                    var value = Evaluate(assignment.Value);
                    foreach (var target in assignment.Targets)
                    {
                        Assign(target, value);
                    }
                    break;
                case AugmentedAssignment { Operator: "+" } augmented:
                    Assign(augmented.Target, Add(Evaluate(augmented.Target), Evaluate(augmented.Value), augmented.At));
                    break;
                case AugmentedAssignment augmented:
                    throw NotUnderstood($"'{augmented.Operator}='", augmented.At);
            }
        }
    }

    private void Assign(Expression target, Value value)
    {
        switch (target)
        {
            case NameUse name:
                names[name.Name] = value;
                break;
            case TupleDisplay tuple:
                Unpack(tuple.Items, value, tuple.At);
                break;
            case ListDisplay list:
                Unpack(list.Items, value, list.At);
                break;
            default:
                throw NotUnderstood("Giving a value to a part of something", target.At);
        }
    }

    private void Unpack(IReadOnlyList<Expression> targets, Value value, Position at)
    {
        var items = value switch
        {
            TupleValue tuple => tuple.Items,
            ListValue list => list.Items,
            _ => throw ConfigError.Evaluation($"'{value.TypeName}' object is not iterable", at),
        };
        if (items.Count != targets.Count)
        {
            throw ConfigError.Evaluation(items.Count > targets.Count
                ? "too many values to unpack"
                : $"need more than {items.Count} value{(items.Count == 1 ? "" : "s")} to unpack", at);
        }
        for (var i = 0; i < targets.Count; i++)
        {
            Assign(targets[i], items[i]);
        }
    }

    private Value Evaluate(Expression expression)
    {
        if (++_depth > MaxDepth)
        {
            throw ConfigError.Evaluation("This expression is too long to be worked out.", expression.At);
        }
        var value = expression switch
        {
            Literal literal => literal.Value,
            NameUse name => Look(name),
            ListDisplay list => new ListValue(EvaluateAll(list.Items)),
            TupleDisplay tuple => new TupleValue(EvaluateAll(tuple.Items)),
            Unary unary => Sign(unary, Evaluate(unary.Operand)),
            Binary { Operator: "+" } sum => Add(Evaluate(sum.Left), Evaluate(sum.Right), sum.At),
            Binary binary => throw NotUnderstood($"'{binary.Operator}'", binary.At),
            Comparison comparison => throw NotUnderstood($"'{comparison.Rest[0].Operator}'", comparison.At),
            Call => throw NotUnderstood("Calling a function", expression.At),
            AttributeUse => throw NotUnderstood("'.'", expression.At),
            Subscript or Slice => throw NotUnderstood("'[' behind a value", expression.At),
            DictDisplay => throw NotUnderstood("'{'", expression.At),
            Comprehension => throw NotUnderstood("'for' within a list", expression.At),
            Conditional => throw NotUnderstood("'if' within a value", expression.At),
            _ => throw NotUnderstood("This", expression.At),
        };
        _depth--;
        return value;
    }

    private List<Value> EvaluateAll(IReadOnlyList<Expression> expressions)
    {
        var values = new List<Value>(expressions.Count);
        foreach (var expression in expressions)
        {
            values.Add(Evaluate(expression));
        }
        return values;
    }

    private Value Look(NameUse name)
    {
        if (names.TryGetValue(name.Name, out var value))
        {
            return value;
        }
        return name.Name switch
        {
            "True" => new BoolValue(true),
            "False" => new BoolValue(false),
            "None" => NoneValue.Instance,
            _ => throw ConfigError.Evaluation($"name '{name.Name}' is not defined", name.At),
        };
    }

    private static Value Sign(Unary unary, Value value) => (unary.Operator, value) switch
    {
        ("not", _) => new BoolValue(!value.IsTrue),
        ("-", FloatValue number) => new FloatValue(-number.Number),
        ("+", FloatValue) => value,
        (not "~", _) when Whole(value) is { } whole => ToValue(unary.Operator == "-" ? -whole : whole, value is LongValue),
        ("~", _) => throw NotUnderstood("'~'", unary.At),
        _ => throw ConfigError.Evaluation($"bad operand type for unary {unary.Operator}: '{value.TypeName}'", unary.At),
    };

    private static Value Add(Value left, Value right, Position at)
    {
        switch (left, right)
        {
            case (StrValue a, StrValue b) when a.Text.Length + b.Text.Length <= MaxSize:
                return new StrValue(a.Text + b.Text);
            case (UnicodeValue a, UnicodeValue b) when a.Text.Length + b.Text.Length <= MaxSize:
                return new UnicodeValue(a.Text + b.Text);
            case (UnicodeValue a, StrValue b) when a.Text.Length + b.Text.Length <= MaxSize:
                return new UnicodeValue(a.Text + b.Text);
            case (StrValue a, UnicodeValue b) when a.Text.Length + b.Text.Length <= MaxSize:
                return new UnicodeValue(a.Text + b.Text);
            case (ListValue a, ListValue b) when a.Items.Count + b.Items.Count <= MaxSize:
                return new ListValue([.. a.Items, .. b.Items]);
            case (StrValue or UnicodeValue, StrValue or UnicodeValue) or (ListValue, ListValue):
                throw ConfigError.Evaluation("This value grows too large.", at);
            case (FloatValue or IntValue, FloatValue or IntValue) when left is FloatValue || right is FloatValue:
                return new FloatValue(Real(left) + Real(right));
        }
        if (Whole(left) is { } x && Whole(right) is { } y)
        {
            return ToValue(x + y, left is LongValue || right is LongValue);
        }
        throw ConfigError.Evaluation(
            left is StrValue
                ? $"cannot concatenate 'str' and '{right.TypeName}' objects"
                : $"unsupported operand type(s) for +: '{left.TypeName}' and '{right.TypeName}'", at);
    }

    private static BigInteger? Whole(Value value) => value switch
    {
        IntValue number => number.Number,
        LongValue number => number.Number,
        BoolValue truth => truth.Truth ? 1 : 0,
        _ => null,
    };

    private static double Real(Value value) => value is FloatValue number ? number.Number : ((IntValue)value).Number;

    private static Value ToValue(BigInteger number, bool isLong) =>
        !isLong && number >= long.MinValue && number <= long.MaxValue ? new IntValue((long)number) : new LongValue(number);

    private static ConfigError NotUnderstood(string what, Position at) =>
        ConfigError.Syntax($"{what} is not understood by this version of xm: write the value out.", at);
}
