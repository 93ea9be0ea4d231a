using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>
/// Where names are looked up: the top level, a call of a function, or a comprehension. Functions see the names of the top level, which in
/// old xm they could not (the file was run with locals apart from globals, and its functions saw neither).
/// </summary>
internal sealed class Scope
{
    private readonly GlobalNames _globals;
    private readonly Scope? _enclosing;
    private readonly IReadOnlySet<string>? _locals;
    private readonly Dictionary<string, Value>? _values;

    public Scope(GlobalNames globals) => _globals = globals;

    private readonly bool _isClass;

    /// <param name="enclosing">What is around.</param>
    /// <param name="locals">The names that are set here.</param>
    /// <param name="isClass">The body of a class, whose names the functions within do not see.</param>
    public Scope(Scope enclosing, IReadOnlySet<string> locals, bool isClass = false)
    {
        _isClass = isClass;
        _globals = enclosing._globals;
        _enclosing = enclosing;
        _locals = locals;
        _values = new Dictionary<string, Value>(StringComparer.Ordinal);
    }

    /// <summary>What <c>return</c> gives back.</summary>
    public Value Result { get; set; } = NoneValue.Instance;

    /// <summary>Where <c>yield</c> gives to: the function around, be a comprehension between.</summary>
    public List<Value>? Receiver => Yielded ?? (_enclosing is { IsTop: false } ? _enclosing.Receiver : null);

    /// <summary>What <c>yield</c> gave so far.</summary>
    public List<Value>? Yielded { get; set; }

    public bool IsTop => _values is null;

    public Value? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope._enclosing)
        {
            if (scope._values is null)
            {
                return _globals.Values.GetValueOrDefault(name);
            }
            if (scope._isClass && !ReferenceEquals(scope, this))
            {
                continue;
            }
            if (scope._values.TryGetValue(name, out var value))
            {
                return value;
            }
            if (!scope._isClass && scope._locals!.Contains(name))
            {
                throw Raised.Of("UnboundLocalError", $"local variable '{name}' referenced before assignment");
            }
        }
        return null;
    }

    public void Set(string name, Value value, Position at)
    {
        for (var scope = this; scope is not null; scope = scope._enclosing)
        {
            if (scope._values is not null && scope._locals!.Contains(name) && (!scope._isClass || ReferenceEquals(scope, this)))
            {
                scope._values[name] = value;
                return;
            }
        }
        _globals.Set(name, value, at);
    }

    /// <summary>Sets a name right here: parameters, and the names of list comprehensions.</summary>
    public void SetHere(string name, Value value, Position at)
    {
        if (_values is null)
        {
            _globals.Set(name, value, at);
        }
        else
        {
            _values[name] = value;
        }
    }

    public bool Remove(string name) => _values is not null && _locals!.Contains(name) ? _values.Remove(name) : _globals.Remove(name);

    /// <summary><c>locals()</c> and, at the top, <c>globals()</c>.</summary>
    public IReadOnlyDictionary<string, Value> Names => _values ?? _globals.Values;
}
