using System.Numerics;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The functions that are there without import.</summary>
internal static class Builtins
{
    private const string NoProgram = "is refused: a configuration does not run text as a program. Write the value out";

    public static IEnumerable<(string, Value)> All(Machine machine)
    {
        _ = machine;
        yield return ("True", BoolValue.Of(true));
        yield return ("False", BoolValue.Of(false));
        yield return ("None", NoneValue.Instance);
        yield return ("__name__", new StrValue("__main__"));
        yield return ("NotImplemented", NoneValue.Instance);
        yield return (
            "Ellipsis",
            new TypeValue("ellipsis", new Builtin("ellipsis()", _ => throw Raised.Type("cannot create 'ellipsis' instances")))
        );
        foreach (var function in Functions().Concat(IterationBuiltins.All()))
        {
            yield return (function.Name, function);
        }
        foreach (var name in new[] { "eval", "compile", "__import__", "exec" })
        {
            yield return (name, new RefusedFunction(NoProgram));
        }
        foreach (var name in new[] { "raw_input", "input" })
        {
            yield return (
                name,
                new RefusedFunction(
                    "is refused: nobody may be there to answer. Give the value as NAME=VALUE on the " + "command line of xm create"
                )
            );
        }
        foreach (var name in new[] { "bytearray", "memoryview", "complex", "buffer" })
        {
            yield return (
                name,
                new RefusedFunction(
                    "is not part of the configuration language: use strings, numbers, lists, " + "dictionaries and functions"
                )
            );
        }
    }

    private static Builtin[] Functions() =>
        [
            // A signature is what calls are checked against.
            new("abs(x)", call => call[0] switch
                {
                    FloatValue number => new FloatValue(Math.Abs(number.Number)),
                    var whole => Number.Of(
                        BigInteger.Abs(Number.Whole(whole) ?? throw Raised.Type($"bad operand type for abs(): " + $"'{whole.TypeName}'")),
                        whole is LongValue
                    ),
                }),
            new("bin(x)", call => new StrValue(Radix.Prefixed(Whole(call), 2, "0b"))),
            new("callable(x)", call =>
                BoolValue.Of(call[0] is FunctionValue or Builtin or BoundMethod or TypeValue or ExceptionType or ClassValue or FunctionOf)
            ),
            new("chr(i)", call =>
                call.Whole(0) is >= 0 and < 256 and var code
                    ? new StrValue(code < 0x80 ? ((char)code).ToString() : Sxp.ByteText.FromBytes([(byte)code]))
                    : throw Raised.Argument("chr() arg not in range(256)")
            ),
            new("cmp(x, y)", call => new IntValue(Math.Sign(call.Machine.Order.Compare(call[0], call[1]) ?? 1))),
            new("classmethod(function)", call => new MemberKind("classmethod", call[0])),
            new("delattr(x, name)", call =>
            {
                call.Machine.Classes.Set(call[0], call.Text(1), null);
                return NoneValue.Instance;
            }),
            new("dir(x=None)", call => throw new Refused("dir() is not part of the configuration language")),
            new("divmod(x, y)", call => new TupleValue([
                call.Machine.Operators.Binary("//", call[0], call[1]),
                call.Machine.Operators.Binary("%", call[0], call[1]),
            ])),
            new("execfile(path, globals=None, locals=None)", call =>
                (call.Has(1) && !ReferenceEquals(call[1], call.Machine.GlobalView))
                || (call.Has(2) && !ReferenceEquals(call[2], call.Machine.GlobalView))
                    ? throw new Refused("execfile() with other names than those of the file is refused: leave the dictionaries out")
                    : call.Machine.Files.Execute(call.Text(0))
            ),
            new("file(path, mode='r')", call => call.Machine.Files.Open(call.Text(0), call.Text(1, "r"))),
            new("format(x, spec='')", call => call.Machine.NewText(call.Machine.Texts.Formats.Field(call[0], '\0', call.Text(1, "")))),
            new("getattr(x, name, default=None)", call =>
                call.Machine.Attributes.Find(call[0], call.Text(1))
                ?? (call.IsGiven(2) ? call[2] : call.Machine.Attributes.Get(call[0], call.Text(1)))
            ),
            new("globals()", call => call.Machine.GlobalView),
            new("hasattr(x, name)", call => BoolValue.Of(call.Machine.Attributes.Find(call[0], call.Text(1)) is not null)),
            new("hash(x)", call => new IntValue(call.Machine.Equality.HashOf(call[0]))),
            new("hex(x)", call => new StrValue(Radix.Prefixed(Whole(call), 16, "0x") + (call[0] is LongValue ? "L" : ""))),
            new("id(x)", call => new IntValue(call.Machine.Equality.IdentityOf(call[0]))),
            new("intern(x)", call => call[0]),
            new("isinstance(x, type)", call => BoolValue.Of(IsInstance(call[0], call[1]))),
            new("issubclass(x, type)", call =>
                BoolValue.Of(
                    call[1] is TupleValue several ? several.Items.Any(one => IsSubclass(call[0], one)) : IsSubclass(call[0], call[1])
                )
            ),
            new("len(x)", call => new IntValue(Length(call[0]))),
            new("locals()", Locals),
            new("oct(x)", call => new StrValue(
                Whole(call) is var number && number.IsZero ? "0" : Radix.Prefixed(number, 8, "0") + (call[0] is LongValue ? "L" : "")
            )),
            new("open(path, mode='r', buffering=-1, encoding=None)", call =>
                call.Machine.Files.Open(call.Text(0), call.Text(1, "r"), call.Has(3) ? call.Text(3) : null)
            ),
            new("ord(c)", call => Ord(call.Text(0))),
            new("pow(x, y, z=None)", call => call.Has(2) ? PowerModulo(call) : call.Machine.Operators.Binary("**", call[0], call[1])),
            new("print(*values, **options)", Print),
            new("property(get)", call => new MemberKind("property", call[0])),
            new("repr(x)", call => call.Machine.NewText(call.Machine.Texts.Repr(call[0]))),
            new("round(x, places=0)", call => new FloatValue(RealText.Round(call.Real(0), (int)Math.Clamp(call.Whole(1, 0), -400, 400)))),
            new("setattr(x, name, value)", call =>
            {
                call.Machine.Classes.Set(call[0], call.Text(1), call[2]);
                return NoneValue.Instance;
            }),
            new("staticmethod(function)", call => new MemberKind("staticmethod", call[0])),
            new("super(type, self)", call =>
                call[0] is ClassValue type && call[1] is InstanceValue self
                    ? new SuperValue(type, self)
                    : throw Raised.Type("super() takes a class and a value of it")
            ),
            new("unichr(i)", call => new UnicodeValue(Radix.Character(Whole(call)))),
            new("vars(x=None)", call =>
                call.IsGiven(0)
                    ? call.Machine.Attributes.Find(call[0], "__dict__") ?? throw Raised.Type("vars() argument must have __dict__ attribute")
                    : Locals(call)
            ),
        ];

    public static long Length(Value value) =>
        value switch
        {
            StrValue or UnicodeValue => Text.Of(value).Length,
            ListValue list => list.Items.Count,
            TupleValue tuple => tuple.Items.Count,
            DictValue dict => dict.Items.Count,
            SetValue set => set.Items.Count,
            RangeValue range => range.Count,
            _ => throw Raised.Type($"object of type '{value.TypeName}' has no len()"),
        };

    public static Value Next(Machine machine, Value iterator) =>
        TryNext(machine, iterator) ?? throw new Raised(new ExceptionValue(ExceptionType.Find("StopIteration")!, []));

    /// <summary>The next element, or null behind the last.</summary>
    public static Value? TryNext(Machine machine, Value iterator) =>
        iterator switch
        {
            IteratorValue elements => machine.Iteration.Next(elements),
            FileValue file => file.ReadLine() is { Length: > 0 } line ? machine.NewText(line) : null,
            _ => throw Raised.Type($"{iterator.TypeName} object is not an iterator"),
        };

    private static BigInteger Whole(Arguments call) =>
        Number.Whole(call[0]) ?? throw Raised.Type($"an integer is required, not " + $"{call[0].TypeName}");

    private static bool IsInstance(Value value, Value type) =>
        type switch
        {
            TupleValue several => several.Items.Any(one => IsInstance(value, one)),
            ExceptionType exception => value is ExceptionValue error && error.Type.Is(exception),
            ClassValue of => value is InstanceValue instance && instance.Class.Is(of),
            TypeValue of => of.Name is "object"
                || of.Name == value.TypeName
                || (of.Name == "basestring" && Text.Is(value))
                || (of.Name == "int" && value is BoolValue),
            _ => throw Raised.Type("isinstance() arg 2 must be a class, type, or tuple of classes and types"),
        };

    private static IntValue Ord(string text)
    {
        var bytes = text.Length == 1 && text[0] >= 0xDC80 && text[0] <= 0xDCFF ? text[0] - 0xDC00 : -1;
        var runes = text.EnumerateRunes().ToArray();
        return bytes >= 0 ? new IntValue(bytes)
            : runes.Length == 1 ? new IntValue(runes[0].Value)
            : throw Raised.Type($"ord() expected a character, but string of length " + $"{text.Length} found");
    }

    private static Value PowerModulo(Arguments call)
    {
        var (a, b, c) = (Whole(call), Number.Whole(call[1]), Number.Whole(call[2]));
        if (b is null || c is null || b.Value.Sign < 0)
        {
            throw Raised.Type("pow() 2nd argument cannot be negative when 3rd argument specified");
        }
        if (c.Value.IsZero)
        {
            throw Raised.Argument("pow() 3rd argument cannot be 0");
        }
        call.Machine.Budget.Bits(Operators.Bits(a) + Operators.Bits(b.Value) + Operators.Bits(c.Value));
        call.Machine.Budget.Step(Operators.Bits(b.Value) * (1 + (Operators.Bits(c.Value) >> 6) * (Operators.Bits(c.Value) >> 6)) / 8);
        var power = BigInteger.ModPow(a, b.Value, c.Value);
        return Number.Of(!power.IsZero && power.Sign != c.Value.Sign ? power + c.Value : power);
    }

    private static Value Print(Arguments call)
    {
        call.RequireNamed("sep", "end", "file", "flush");
        Value Option(string name) => call.Named.FirstOrDefault(option => option.Name == name).Value ?? NoneValue.Instance;
        var separator = Option("sep") is NoneValue ? " " : Text.Of(Option("sep"));
        var end = Option("end") is NoneValue ? "\n" : Text.Of(Option("end"));
        var texts = call.Rest.Select(call.Machine.Texts.Str).ToList();
        call.Machine.Budget.Text(texts.Sum(text => (long)text.Length + separator.Length));
        call.Machine.Files.Write(Option("file"), string.Join(separator, texts) + end);
        return NoneValue.Instance;
    }

    private static bool IsSubclass(Value type, Value other) =>
        (type, other) switch
        {
            (ExceptionType one, ExceptionType more) => one.Is(more),
            (ClassValue one, _) => one.Is(other) || other is TypeValue { Name: "object" },
            (TypeValue, TypeValue { Name: "object" }) => true,
            (TypeValue { Name: "bool" }, TypeValue { Name: "int" }) => true,
            (TypeValue { Name: "str" or "unicode" }, TypeValue { Name: "basestring" }) => true,
            _ => type.Equals(other),
        };

    /// <summary>The names here: at the top level the file's own, within a function a copy.</summary>
    private static DictValue Locals(Arguments call) =>
        call.Caller is { IsTop: false } scope ? Names(call.Machine, scope.Names) : call.Machine.GlobalView;

    private static DictValue Names(Machine machine, IReadOnlyDictionary<string, Value> names)
    {
        var dict = machine.NewDict();
        foreach (var (name, value) in names)
        {
            machine.Put(dict, name, value);
        }
        return dict;
    }
}
