using System.Globalization;
using System.Text;
using Sxp;
using Xm.Config.Modules;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>Values as text: <c>str()</c>, <c>repr()</c>, and the three ways of formatting.</summary>
internal sealed class Texts
{
    private readonly Machine _machine;

    public Texts(Machine machine)
    {
        _machine = machine;
        Formats = new Formats(machine, this);
    }

    public Formats Formats { get; }

    public string Str(Value value) =>
        value switch
        {
            StrValue text => text.Text,
            UnicodeValue text => text.Text,
            FloatValue number => PythonFloat.Str(number.Number),
            LongValue number => Whole(number.Number),
            ExceptionValue error => Message(error),
            InstanceValue instance when _machine.Classes.TextOf(instance, "__str__", "__repr__") is { } text => text,
            _ => Repr(value),
        };

    public string Repr(Value value)
    {
        var text = new StringBuilder();
        Append(text, value, []);
        _machine.Budget.Text(text.Length);
        return text.ToString();
    }

    /// <summary>Digits of a whole number; their time grows with the square of their count.</summary>
    public string Whole(System.Numerics.BigInteger number)
    {
        _machine.Budget.Bits(Operators.Bits(number));
        return number.ToString(CultureInfo.InvariantCulture);
    }

    private string Message(ExceptionValue error)
    {
        var arguments = error.Arguments;
        if (error.Type.Is(ExceptionType.Find("EnvironmentError")!) && arguments.Count >= 2)
        {
            var file = arguments.Count > 2 ? ": " + Repr(arguments[2]) : "";
            return $"[Errno {Str(arguments[0])}] {Str(arguments[1])}{file}";
        }
        if (error.Type.Name == "KeyError" && arguments.Count == 1)
        {
            return Repr(arguments[0]);
        }
        return arguments.Count switch
        {
            0 => "",
            1 => Str(arguments[0]),
            _ => Repr(new TupleValue(arguments)),
        };
    }

    /// <param name="around">The containers that this one stands in; one that contains itself ends in dots.</param>
    private void Append(StringBuilder text, Value value, List<Value> around)
    {
        _machine.Budget.Nest();
        if (text.Length > Budget.MaxSize)
        {
            _machine.Budget.Text(text.Length);
        }
        switch (value)
        {
            case StrValue str:
                text.Append(PythonString.Repr(str.Text));
                break;
            case UnicodeValue unicode:
                text.Append('u').Append(ReprOfUnicode(unicode.Text));
                break;
            case IntValue number:
                text.Append(number.Number.ToString(CultureInfo.InvariantCulture));
                break;
            case LongValue number:
                text.Append(Whole(number.Number)).Append('L');
                break;
            case FloatValue number:
                text.Append(PythonFloat.Repr(number.Number));
                break;
            case BoolValue truth:
                text.Append(truth.Truth ? "True" : "False");
                break;
            case NoneValue:
                text.Append("None");
                break;
            case ListValue list:
                AppendItems(text, "[", list.Items, "]", value, around);
                break;
            case TupleValue tuple:
                AppendItems(text, "(", tuple.Items, tuple.Items.Count == 1 ? ",)" : ")", value, around);
                break;
            case SetValue set:
                AppendItems(text, set.TypeName + "([", [.. set.Items.Keys], "])", value, around);
                break;
            case DictValue dict:
                AppendEntries(text, dict, around);
                break;
            case RangeValue range:
                text.Append(CultureInfo.InvariantCulture, $"xrange({range.Start}, {range.Start + range.Step * range.Count}, {range.Step})");
                break;
            case ExceptionValue error:
                AppendItems(text, error.Type.Name + "(", error.Arguments, error.Arguments.Count == 1 ? ",)" : ")", value, around);
                break;
            case TypeValue type:
                text.Append($"<type '{type.Name}'>");
                break;
            case ExceptionType type:
                text.Append($"<type 'exceptions.{type.Name}'>");
                break;
            case InstanceValue instance:
                text.Append(_machine.Classes.TextOf(instance, "__repr__") ?? $"<__main__.{instance.Class.Name} instance>");
                break;
            case ClassValue type:
                text.Append($"<class __main__.{type.Name}>");
                break;
            case FunctionValue function:
                text.Append($"<function {function.Name}>");
                break;
            case Builtin builtin:
                text.Append($"<built-in function {builtin.Name}>");
                break;
            case ModuleValue module:
                text.Append($"<module '{module.Name}'>");
                break;
            default:
                text.Append($"<{value.TypeName} object>");
                break;
        }
    }

    private void AppendItems(StringBuilder text, string open, IReadOnlyList<Value> items, string close, Value container, List<Value> around)
    {
        if (around.Any(outer => ReferenceEquals(outer, container)))
        {
            text.Append(open).Append("...").Append(close);
            return;
        }
        _machine.Budget.Step(around.Count);
        around.Add(container);
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            Append(text, items[i], around);
        }
        text.Append(close);
        around.RemoveAt(around.Count - 1);
    }

    private void AppendEntries(StringBuilder text, DictValue dict, List<Value> around)
    {
        if (around.Any(outer => ReferenceEquals(outer, dict)))
        {
            text.Append("{...}");
            return;
        }
        around.Add(dict);
        text.Append('{');
        var isFirst = true;
        foreach (var (key, value) in dict.Items)
        {
            text.Append(isFirst ? "" : ", ");
            isFirst = false;
            Append(text, key, around);
            text.Append(": ");
            Append(text, value, around);
        }
        text.Append('}');
        around.RemoveAt(around.Count - 1);
    }

    /// <summary>Unicode strings show code points, not bytes.</summary>
    private static string ReprOfUnicode(string text)
    {
        if (Ascii.IsValid(text))
        {
            return PythonString.Repr(text);
        }
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var literal = new StringBuilder().Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            literal.Append(
                rune.Value switch
                {
                    < 0x80 => rune.Value == quote ? "\\" + quote : PythonString.EscapeBody(rune.ToString()),
                    < 0x100 => $"\\x{rune.Value:x2}",
                    < 0x10000 => $"\\u{rune.Value:x4}",
                    _ => $"\\U{rune.Value:x8}",
                }
            );
        }
        return literal.Append(quote).ToString();
    }
}
