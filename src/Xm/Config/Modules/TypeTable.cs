using System.Numerics;
using Sxp;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The types, which called make values of theirs.</summary>
internal static class TypeTable
{
    public static IEnumerable<(string, Value)> All()
    {
        foreach (var make in Makers())
        {
            yield return (make.Name, new TypeValue(make.Name, make));
        }
        yield return ("type", new Builtin("type(x)", call => TypeOf(call[0])));
    }

    private static Builtin[] Makers() =>
        [
            new("basestring()", _ => throw Raised.Type("The basestring type cannot be instantiated")),
            new("bool(x=False)", call => BoolValue.Of(call[0].IsTrue)),
            new("dict(source=None, **names)", Dict),
            new("float(x=0)", call => call.IsGiven(0) ? Float(call[0]) : new FloatValue(0)),
            new("frozenset(iterable=())", call => call[0] is SetValue { IsFrozen: true } ? call[0]
                : call.IsGiven(0) ? call.Machine.Sets.Of(call[0], isFrozen: true)
                : call.Machine.EmptySet(isFrozen: true)),
            new("int(x=0, base=10)", call => Int(call, isLong: false)),
            new("list(iterable=())", call => call.Machine.NewList(call.IsGiven(0) ? call.Machine.Iteration.Of(call[0]) : [])),
            new("long(x=0, base=10)", call => Int(call, isLong: true)),
            new("object()", _ => throw new Refused("a bare object is of no use in a configuration: use a class, a list or a dictionary")),
            new("set(iterable=())", call => call.IsGiven(0) ? call.Machine.Sets.Of(call[0]) : call.Machine.EmptySet()),
            new("slice(start, stop=None, step=None)", call =>
                call.IsGiven(1)
                    ? new SliceValue(call[0], call[1], call[2])
                    : new SliceValue(NoneValue.Instance, call[0], NoneValue.Instance)
            ),
            new("str(x='')", call => call.IsGiven(0) ? call.Machine.NewText(call.Machine.Texts.Str(call[0])) : new StrValue("")),
            new("tuple(iterable=())", call =>
                call[0] is TupleValue ? call[0] : new TupleValue(call.IsGiven(0) ? call.Machine.Iteration.ToList(call[0]) : [])
            ),
            new("unicode(x='', encoding=None, errors=None)", Unicode),
        ];

    private static Value Unicode(Arguments call)
    {
        if (!call.Has(1) && !call.Has(2))
        {
            return new UnicodeValue(call.IsGiven(0) ? call.Machine.NewText(call.Machine.Texts.Str(call[0])).Text : "");
        }
        return call[0] switch
        {
            StrValue => Codecs.Decode(call.Machine, call[0], call.Text(1, "utf-8"), call.Text(2, "strict")),
            UnicodeValue => throw Raised.Type("decoding Unicode is not supported"),
            _ => throw Raised.Type($"coercing to Unicode: need string or buffer, {call[0].TypeName} found"),
        };
    }

    private static Value TypeOf(Value value) =>
        value switch
        {
            ExceptionValue error => error.Type,
            InstanceValue instance => instance.Class,
            _ => Makers().FirstOrDefault(make => make.Name == value.TypeName) is { } known
                ? new TypeValue(known.Name, known)
                : new TypeValue(
                    value.TypeName,
                    new Builtin(value.TypeName + "(*values)", _ => throw Raised.Type($"cannot create '{value.TypeName}' instances"))
                ),
        };

    public static Value Float(Value value)
    {
        if (!Text.Is(value))
        {
            return Number.Is(value)
                ? new FloatValue(Number.Real(value))
                : throw Raised.Type($"float() argument must be a string or a number, not '{value.TypeName}'");
        }
        var text = Text.Of(value);
        return PythonFloat.TryParse(text, out var number)
            ? new FloatValue(number)
            : throw Raised.Argument(
                string.IsNullOrWhiteSpace(text)
                    ? "could not convert string to float: "
                    : $"could not convert string to float: {text.Trim()}"
            );
    }

    private static Value Int(Arguments call, bool isLong)
    {
        var value = call[0];
        if (!call.IsGiven(0))
        {
            return Number.Of(0, isLong);
        }
        if (Text.Is(value))
        {
            var radix = (int)Math.Clamp(call.Whole(1, 10), -1, 99);
            if (radix is < 0 or 1 or > 36)
            {
                throw Raised.Argument("int() base must be >= 2 and <= 36, or 0");
            }
            call.Machine.Budget.Step(Text.Of(value).Length);
            return Radix.Parse(Text.Of(value), radix) is { } parsed
                ? Number.Of(parsed, isLong)
                : throw Raised.Argument(
                    $"invalid literal for {(isLong ? "long" : "int")}() with base {radix}: {call.Machine.Texts.Repr(value)}"
                );
        }
        if (call.IsGiven(1))
        {
            throw Raised.Type("int() can't convert non-string with explicit base");
        }
        if (value is FloatValue real)
        {
            return double.IsFinite(real.Number)
                ? Number.Of(new BigInteger(Math.Truncate(real.Number)), isLong)
                : throw (
                    double.IsNaN(real.Number)
                        ? Raised.Argument("cannot convert float NaN to integer")
                        : Raised.Of("OverflowError", "cannot convert float infinity to integer")
                );
        }
        return Number.Whole(value) is { } whole
            ? Number.Of(whole, isLong)
            : throw Raised.Type($"{(isLong ? "long" : "int")}() argument must be a string or a number, not '{value.TypeName}'");
    }

    private static Value Dict(Arguments call)
    {
        var dict = call.Machine.NewDict();
        if (call.Has(0))
        {
            DictMethods.Update(call.Machine, dict, call[0]);
        }
        DictMethods.UpdateNamed(call, dict);
        return dict;
    }
}
