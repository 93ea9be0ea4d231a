using Xm.Config.Values;

namespace Xm.Config.Evaluation;

internal delegate Value BuiltinBody(Arguments arguments);

/// <summary>A function that xm has. Its signature is what calls are checked by and what the documentation lists.</summary>
/// <param name="Signature">
/// Name and parameters as in Python: <c>sorted(iterable, key=None)</c>. One with <c>=</c> may be left out and then is null; <c>*rest</c>
/// and
/// <c>**names</c> take all others.
/// </param>
internal sealed record Builtin(string Signature, BuiltinBody Body) : Value, INamedValue
{
    public override string TypeName => "builtin_function_or_method";
    public override bool IsTrue => true;
    public string Name => Signature.Substring(0, Signature.IndexOf('('));

    public bool Equals(Builtin? other) => ReferenceEquals(this, other) || other?.Signature == Signature;

    public override int GetHashCode() => Signature.GetHashCode();

    public override string ToString() => Signature;
}

/// <summary><c>value.method</c> before it is called.</summary>
internal sealed record BoundMethod(Value Self, Builtin Method) : Value
{
    public override string TypeName => "builtin_function_or_method";
    public override bool IsTrue => true;
}

/// <summary>A type, which called makes a value: <c>int</c>, <c>str</c>, ...</summary>
internal sealed record TypeValue(string Name, Builtin Make) : Value, INamedValue
{
    public override string TypeName => "type";
    public override bool IsTrue => true;

    public bool Equals(TypeValue? other) => other?.Name == Name;

    public override int GetHashCode() => Name.GetHashCode();
}

/// <summary>A module.</summary>
internal sealed record ModuleValue(string Name, IReadOnlyDictionary<string, Value> Members) : Value, INamedValue
{
    public override string TypeName => "module";
    public override bool IsTrue => true;

    public bool Equals(ModuleValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode();
}

/// <summary>A function of Python that xm refuses, and why.</summary>
internal sealed record RefusedFunction(string Why) : Value
{
    public override string TypeName => "builtin_function_or_method";
    public override bool IsTrue => true;
}

/// <summary>The arguments of one call, brought into the order of the signature.</summary>
internal sealed class Arguments
{
    private readonly Builtin _builtin;
    private readonly Value?[] _values;
    private readonly Value? _self;

    public Arguments(
        Machine machine,
        Builtin builtin,
        Value? self,
        IReadOnlyList<Value> given,
        IReadOnlyList<(string Name, Value Value)> named,
        Scope? caller
    )
    {
        Machine = machine;
        Caller = caller;
        _builtin = builtin;
        _self = self;
        var open = builtin.Signature.IndexOf('(');
        var words = builtin
            .Signature.Substring(open + 1, builtin.Signature.Length - open - 2)
            .Split(", ", StringSplitOptions.RemoveEmptyEntries);
        var parameters = words.Where(word => word[0] != '*').ToArray();
        _values = new Value?[parameters.Length];
        for (var i = 0; i < given.Count && i < _values.Length; i++)
        {
            _values[i] = given[i];
        }
        foreach (var (name, value) in named)
        {
            var place = Array.FindIndex(parameters, parameter => parameter.Split('=')[0] == name);
            if (place >= 0)
            {
                _values[place] = value;
            }
            else if (words.Any(word => word.StartsWith("**", StringComparison.Ordinal)))
            {
                Named.Add((name, value));
            }
            else
            {
                throw Raised.Type($"'{name}' is an invalid keyword argument for this function");
            }
        }
        var least = parameters.Count(parameter => !parameter.Contains('='));
        var takesRest = words.Any(word => word[0] == '*' && !word.StartsWith("**", StringComparison.Ordinal));
        if (_values.Take(least).Any(value => value is null) || (given.Count > _values.Length && !takesRest))
        {
            throw WrongCount(least, takesRest, given.Count + named.Count);
        }
        Rest = given.Skip(_values.Length).ToList();
    }

    public Machine Machine { get; }

    public Scope? Caller { get; }

    public IReadOnlyList<Value> Rest { get; }

    public List<(string Name, Value Value)> Named { get; } = [];

    /// <summary>What the method was called on.</summary>
    public Value Self => _self!;

    public bool Has(int place) => _values[place] is not null and not NoneValue;

    /// <summary>An argument; None where it may be left out and is.</summary>
    public Value this[int place] => _values[place] ?? NoneValue.Instance;

    public bool IsGiven(int place) => _values[place] is not null;

    public string Text(int place) =>
        Values.Text.Is(this[place])
            ? Values.Text.Of(this[place])
            : throw Raised.Type($"{_builtin.Name}() argument {place + 1} must be string, not {this[place].TypeName}");

    public string Text(int place, string missing) => Has(place) ? Text(place) : missing;

    public long Whole(int place) => Number.Index(this[place]);

    public long Whole(int place, long missing) => Has(place) ? Whole(place) : missing;

    /// <summary>An argument that the signature may not even have.</summary>
    public long? TryWhole(int place) => place < _values.Length && Has(place) ? Whole(place) : null;

    /// <summary>Of the arguments behind the stars only these have a meaning.</summary>
    public void RequireNamed(params string[] names)
    {
        foreach (var (name, _) in Named.Where(named => !names.Contains(named.Name)))
        {
            throw Raised.Type($"{_builtin.Name}() got an unexpected keyword argument '{name}'");
        }
    }

    public double Real(int place) => Number.Real(this[place]);

    private Raised WrongCount(int least, bool takesRest, int given)
    {
        var most = _values.Length;
        var wanted =
            least == most && !takesRest ? "exactly"
            : given < least ? "at least"
            : "at most";
        var count = wanted == "at most" ? most : least;
        return Raised.Type(
            most == 0 && !takesRest
                ? $"{_builtin.Name}() takes no arguments ({given} given)"
                : $"{_builtin.Name}() takes {wanted} {(count == 1 && wanted == "exactly" ? "one" : count)} "
                    + $"argument{(count == 1 ? "" : "s")} ({given} given)"
        );
    }
}
