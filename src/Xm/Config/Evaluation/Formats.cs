using System.Globalization;
using System.Text;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary><c>'...' % values</c>, <c>'...'.format(...)</c>, <c>format(value, spec)</c> and the fields of f'' strings.</summary>
internal sealed class Formats(Machine machine, Texts texts)
{
    public Value Percent(Value format, Value values) => new PercentFormat(machine, texts, format, values).Apply();

    /// <summary>One field: converted as told, then formatted.</summary>
    public string Field(Value value, char conversion, string format)
    {
        var converted = conversion switch
        {
            'r' or 'a' => new StrValue(texts.Repr(value)),
            's' => new StrValue(texts.Str(value)),
            _ => value,
        };
        return format.Length == 0 ? texts.Str(converted) : new FormatSpec(format, machine.Budget).Apply(converted, texts);
    }

    /// <summary><c>str.format</c></summary>
    public string Format(string format, IReadOnlyList<Value> values, IReadOnlyList<(string Name, Value Value)> named)
    {
        var automatic = 0;
        return Format(format, values, named, ref automatic, depth: 0);
    }

    private string Format(
        string format,
        IReadOnlyList<Value> values,
        IReadOnlyList<(string Name, Value Value)> named,
        ref int automatic,
        int depth
    )
    {
        if (depth > 2)
        {
            throw Raised.Argument("Max string recursion exceeded");
        }
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            var c = format[at];
            if (c is '{' or '}' && at + 1 < format.Length && format[at + 1] == c)
            {
                text.Append(c);
                at++;
                continue;
            }
            if (c == '}')
            {
                throw Raised.Argument("Single '}' encountered in format string");
            }
            if (c != '{')
            {
                text.Append(c);
                continue;
            }
            var end = Closing(format, at);
            text.Append(Field(format.Substring(at + 1, end - at - 1), values, named, ref automatic, depth));
            machine.Budget.Text(text.Length);
            at = end;
        }
        machine.Budget.Text(text.Length);
        return text.ToString();
    }

    private static int Closing(string format, int open)
    {
        var depth = 0;
        for (var at = open; at < format.Length; at++)
        {
            depth += format[at] switch
            {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if (depth == 0)
            {
                return at;
            }
        }
        throw Raised.Argument(open + 1 == format.Length ? "Single '{' encountered in format string" : "expected '}' before end of string");
    }

    private string Field(
        string field,
        IReadOnlyList<Value> values,
        IReadOnlyList<(string Name, Value Value)> named,
        ref int automatic,
        int depth
    )
    {
        var colon = field.IndexOf(':');
        var head = colon < 0 ? field : field[..colon];
        var spec = colon < 0 ? "" : field[(colon + 1)..];
        var conversion = '\0';
        var mark = head.IndexOf('!');
        if (mark >= 0)
        {
            conversion = head.Length == mark + 2 ? head[^1] : throw Raised.Argument("expected ':' after format specifier");
            head = head[..mark];
        }
        var value = Find(head, values, named, ref automatic);
        if (spec.Contains('{'))
        {
            spec = Format(spec, values, named, ref automatic, depth + 1);
        }
        return Field(value, conversion, spec);
    }

    /// <summary>The value that <c>0.name[1]</c> means.</summary>
    private Value Find(string path, IReadOnlyList<Value> values, IReadOnlyList<(string Name, Value Value)> named, ref int automatic)
    {
        var end = path.AsSpan().IndexOfAny('.', '[');
        var first = end < 0 ? path : path[..end];
        Value value;
        if (first.Length == 0)
        {
            value = At(values, automatic++);
        }
        else if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            value = At(values, place);
        }
        else
        {
            value = named.FirstOrDefault(pair => pair.Name == first).Value
                ?? throw new Raised(new ExceptionValue(ExceptionType.Find("KeyError")!, [first]));
        }
        while (end >= 0 && end < path.Length)
        {
            if (path[end] == '.')
            {
                var next = path.AsSpan(end + 1).IndexOfAny('.', '[');
                var name = next < 0 ? path[(end + 1)..] : path.Substring(end + 1, next);
                value = machine.Attributes.Get(value, name);
                end += name.Length + 1;
                continue;
            }
            var close = path.IndexOf(']', end);
            if (path[end] != '[' || close < 0)
            {
                throw Raised.Argument("Missing ']' in format string");
            }
            var key = path.Substring(end + 1, close - end - 1);
            value = machine.Sequences.Get(
                value,
                int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : key
            );
            end = close + 1;
        }
        return value;
    }

    private static Value At(IReadOnlyList<Value> values, int place) =>
        place < values.Count ? values[place] : throw Raised.Index("tuple index out of range");
}
