using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>A class that the file defines: its members, and the classes that it goes on from.</summary>
internal sealed record ClassValue(string Name, IReadOnlyList<ClassValue> Bases, DictValue Members) : Value, INamedValue
{
    public override string TypeName => "classobj";
    public override bool IsTrue => true;

    public bool Equals(ClassValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;

    public bool Is(Value other) => ReferenceEquals(this, other) || Bases.Any(one => one.Is(other));

    /// <summary>A member of this class or, from left to right and each with its own first, of those before it.</summary>
    public Value? Find(string name) =>
        Members.Items.TryGetValue(new StrValue(name), out var member)
            ? member
            : Bases.Select(one => one.Find(name)).FirstOrDefault(found => found is not null);
}

/// <summary>A value of a class of the file.</summary>
internal sealed record InstanceValue(ClassValue Class, DictValue Members) : Value
{
    public override string TypeName => Class.Name;
    public override bool IsTrue => true;

    public bool Equals(InstanceValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Class.Name;
}

/// <summary>A method of the file before it is called.</summary>
internal sealed record FunctionOf(Value Self, FunctionValue Function) : Value
{
    public override string TypeName => "instancemethod";
    public override bool IsTrue => true;
}

/// <summary><c>super(type, self)</c></summary>
internal sealed record SuperValue(ClassValue Type, InstanceValue Self) : Value
{
    public override string TypeName => "super";
    public override bool IsTrue => true;
}

/// <summary>What <c>staticmethod</c>, <c>classmethod</c> and <c>property</c> make of a function.</summary>
internal sealed record MemberKind(string Kind, Value Function) : Value
{
    public override string TypeName => Kind;
    public override bool IsTrue => true;
}

/// <summary>
/// Classes that hold values: members, methods, and the classes that they go on from. Of the methods that Python calls by itself only those
/// in <see cref="Understood"/> are; a class with others is refused, as it would not be what it says.
/// </summary>
internal sealed class Classes(Machine machine)
{
    private static readonly string[] Understood = ["__init__", "__str__", "__repr__", "__call__"];

    public Value Define(ClassDefinition definition, Scope scope)
    {
        var bases = definition.Bases.Select(one => machine.Expressions.Evaluate(one, scope)).ToList();
        machine.At = definition.At;
        var body = new Scope(scope, definition.Body.Locals, isClass: true);
        machine.Budget.Enter();
        machine.Statements.Run(definition.Body.Statements, body);
        machine.Budget.Leave();
        machine.At = definition.At;
        var members = machine.NewDict();
        foreach (var (name, value) in body.Names)
        {
            if (
                name.StartsWith("__", StringComparison.Ordinal)
                && name.EndsWith("__", StringComparison.Ordinal)
                && !IsUnderstood(name, value)
            )
            {
                throw new Refused($"class {definition.Name} has {name}, which is not understood: use functions, lists and dictionaries");
            }
            machine.Put(members, name, value);
        }
        if (bases.OfType<ExceptionType>().FirstOrDefault() is { } exception)
        {
            return members.Items.Values.Any(member => member is FunctionValue)
                ? throw new Refused(
                    $"class {definition.Name} is an exception with methods of its own, which is not understood: leave them out"
                )
                : new ExceptionType(definition.Name, exception);
        }
        // object adds nothing that could be seen.
        var parents = bases.Where(one => one is not TypeValue { Name: "object" }).ToList();
        return parents.FirstOrDefault(one => one is not ClassValue) is { } other
            ? throw new Refused(
                $"class {definition.Name} goes on from {machine.Texts.Str(other)}, which is not understood: "
                    + "use functions, lists and dictionaries"
            )
            : new ClassValue(definition.Name, [.. parents.Cast<ClassValue>()], members);
    }

    private static bool IsUnderstood(string name, Value value) =>
        value is FunctionValue ? Understood.Contains(name) : name is not ("__metaclass__" or "__slots__");

    public Value Make(ClassValue type, IReadOnlyList<Value> arguments, IReadOnlyList<(string Name, Value Value)>? named)
    {
        var instance = new InstanceValue(type, machine.NewDict());
        machine.Budget.Elements(2);
        if (type.Find("__init__") is FunctionValue first)
        {
            machine.Calls.Call(new FunctionOf(instance, first), arguments, named, null);
        }
        else if (arguments.Count > 0 || named is { Count: > 0 })
        {
            throw Raised.Type("this constructor takes no arguments");
        }
        return instance;
    }

    /// <summary>A member of a value or of its class; null where there is none.</summary>
    public Value? Find(InstanceValue instance, string name) =>
        instance.Members.Items.TryGetValue(new StrValue(name), out var member) ? member
        : name == "__class__" ? instance.Class
        : name == "__dict__" ? instance.Members
        : instance.Class.Find(name) is { } shared ? Bound(instance, instance.Class, shared)
        : null;

    public Value? Find(ClassValue type, string name) =>
        name == "__name__" ? new StrValue(type.Name)
        : name == "__dict__" ? type.Members
        : type.Find(name) is { } member ? Bound(null, type, member)
        : null;

    /// <summary><c>super(type, value).name</c>: what stands behind the class in the value's line.</summary>
    public Value? FindBehind(ClassValue type, InstanceValue instance, string name) =>
        type.Bases.Select(one => one.Find(name)).FirstOrDefault(found => found is not null) is { } member ? Bound(instance, type, member)
        // All classes go on from object, which has this one and does nothing in it.
        : name == "__init__" ? new Builtin("__init__()", _ => NoneValue.Instance)
        : null;

    private Value Bound(InstanceValue? instance, ClassValue type, Value member) =>
        member switch
        {
            FunctionValue function when instance is not null => new FunctionOf(instance, function),
            MemberKind { Kind: "staticmethod" } kind => kind.Function,
            MemberKind { Kind: "classmethod", Function: FunctionValue function } => new FunctionOf(type, function),
            MemberKind { Kind: "property" } kind when instance is not null => machine.Calls.Call(kind.Function, instance),
            _ => member,
        };

    public void Set(Value owner, string name, Value? value)
    {
        var members = owner switch
        {
            InstanceValue instance when instance.Class.Find(name) is MemberKind { Kind: "property" } => throw Raised.Of(
                "AttributeError",
                "can't set attribute"
            ),
            InstanceValue instance => instance.Members,
            ClassValue type => type.Members,
            _ => throw Raised.Of(
                "AttributeError",
                machine.Attributes.Find(owner, name) is null
                    ? $"'{owner.TypeName}' object has no attribute '{name}'"
                    : $"'{owner.TypeName}' object attribute '{name}' is read-only"
            ),
        };
        if (value is not null)
        {
            machine.Put(members, name, value);
        }
        else if (!members.Items.Remove(new StrValue(name)))
        {
            throw Raised.Of("AttributeError", $"{owner.TypeName} instance has no attribute '{name}'");
        }
    }

    /// <summary>The text that a value's own method gives; null where it has none.</summary>
    public string? TextOf(InstanceValue instance, params string[] methods)
    {
        var method = methods.Select(instance.Class.Find).OfType<FunctionValue>().FirstOrDefault();
        if (method is null)
        {
            return null;
        }
        var text = machine.Calls.Call(new FunctionOf(instance, method));
        return Text.Is(text) ? Text.Of(text) : throw Raised.Type($"{method.Name} returned non-string (type {text.TypeName})");
    }
}
