using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>A function that the file defines.</summary>
/// <param name="Result">The body of a lambda, instead of statements.</param>
/// <param name="Scope">Where it was defined.</param>
internal sealed record FunctionValue(
    string Name,
    Parameters Parameters,
    IReadOnlyList<Value?> Defaults,
    FunctionBody Body,
    Expression? Result,
    Scope Scope,
    SourceText Source
) : Value
{
    public override string TypeName => "function";
    public override bool IsTrue => true;

    public bool Equals(FunctionValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;
}

/// <summary>Calls functions of the file, of the tables, types and exceptions.</summary>
internal sealed class Calls(Machine machine)
{
    public Value Call(Value callee, params Value[] arguments) => Call(callee, arguments, null, null);

    /// <param name="caller">Where the call stands, for the few functions that look at its names.</param>
    public Value Call(Value callee, IReadOnlyList<Value> arguments, IReadOnlyList<(string Name, Value Value)>? named, Scope? caller)
    {
        machine.Budget.Nest();
        switch (callee)
        {
            case FunctionValue function:
                return Run(function, arguments, named ?? []);
            case Builtin builtin:
                return CallBuiltin(builtin, null, arguments, named, caller);
            case BoundMethod method:
                return CallBuiltin(method.Method, method.Self, arguments, named, caller);
            case TypeValue type:
                return CallBuiltin(type.Make, null, arguments, named, caller);
            case ClassValue type:
                return machine.Classes.Make(type, arguments, named);
            case FunctionOf method:
                return Run(method.Function, [method.Self, .. arguments], named ?? []);
            case InstanceValue instance when instance.Class.Find("__call__") is FunctionValue call:
                return Run(call, [instance, .. arguments], named ?? []);
            case ExceptionType type:
                return new ExceptionValue(type, [.. arguments]);
            default:
                throw Raised.Type($"'{callee.TypeName}' object is not callable");
        }
    }

    private Value CallBuiltin(
        Builtin builtin,
        Value? self,
        IReadOnlyList<Value> arguments,
        IReadOnlyList<(string, Value)>? named,
        Scope? caller
    )
    {
        var at = machine.At;
        var result = builtin.Body(new Arguments(machine, builtin, self, arguments, named ?? [], caller));
        machine.At = at;
        return result;
    }

    private Value Run(FunctionValue function, IReadOnlyList<Value> arguments, IReadOnlyList<(string Name, Value Value)> named)
    {
        var scope = new Scope(function.Scope, function.Body.Locals);
        Bind(function, arguments, named, scope);
        var (at, source) = (machine.At, machine.Source);
        machine.Budget.Enter();
        try
        {
            machine.Source = function.Source;
            if (function.Result is not null)
            {
                scope.Result = machine.Expressions.Evaluate(function.Result, scope);
            }
            else
            {
                scope.Yielded = function.Body.IsGenerator ? [] : null;
                machine.Statements.Run(function.Body.Statements, scope);
            }
        }
        catch (Raised error) when (IsNoted(error))
        {
            throw;
        }
        finally
        {
            machine.Budget.Leave();
            machine.Source = source;
        }
        machine.At = at;
        // A generator has run to its end by now: what it gives is the same, as nothing outside of the file can see when.
        return scope.Yielded is null
            ? scope.Result
            : new IteratorValue(machine.Iteration.Of(new ListValue(scope.Yielded)).GetEnumerator(), "generator");
    }

    /// <summary>
    /// Writes down where an exception was raised. Never true: to catch and throw it again at each call would need too much stack.
    /// </summary>
    private bool IsNoted(Raised error)
    {
        error.At ??= machine.At;
        error.File ??= machine.Source;
        return false;
    }

    private void Bind(FunctionValue function, IReadOnlyList<Value> arguments, IReadOnlyList<(string Name, Value Value)> named, Scope scope)
    {
        var parameters = function.Parameters;
        var values = new Value?[parameters.Named.Count];
        var extra = parameters.Keywords is null ? null : machine.NewDict();
        for (var i = 0; i < arguments.Count && i < values.Length; i++)
        {
            values[i] = arguments[i];
        }
        foreach (var (name, value) in named)
        {
            var place = IndexOf(parameters, name);
            if (place < 0)
            {
                machine.Put(
                    extra ?? throw Raised.Type($"{function.Name}() got an unexpected keyword argument '{name}'"),
                    new StrValue(name),
                    value
                );
            }
            else if (values[place] is null)
            {
                values[place] = value;
            }
            else
            {
                throw Raised.Type($"{function.Name}() got multiple values for keyword argument '{name}'");
            }
        }
        var given = arguments.Count + named.Count;
        if (arguments.Count > values.Length && parameters.Rest is null)
        {
            throw WrongCount(function, given);
        }
        for (var i = 0; i < values.Length; i++)
        {
            scope.SetHere(parameters.Named[i].Name, values[i] ?? function.Defaults[i] ?? throw WrongCount(function, given), machine.At);
        }
        if (parameters.Rest is not null)
        {
            scope.SetHere(parameters.Rest, new TupleValue([.. arguments.Skip(values.Length)]), machine.At);
        }
        foreach (var parameter in parameters.Named)
        {
            if (parameter.Pattern is not null)
            {
                machine.Expressions.Assign(parameter.Pattern, scope.Find(parameter.Name)!, scope);
            }
        }
        if (extra is not null)
        {
            scope.SetHere(parameters.Keywords!, extra, machine.At);
        }
    }

    private static int IndexOf(Parameters parameters, string name)
    {
        for (var i = 0; i < parameters.Named.Count; i++)
        {
            if (parameters.Named[i].Name == name)
            {
                return i;
            }
        }
        return -1;
    }

    private static Raised WrongCount(FunctionValue function, int given)
    {
        var required = function.Defaults.Count(value => value is null);
        var most = function.Defaults.Count;
        var hasRange = required != most || function.Parameters.Rest is not null;
        var wanted =
            !hasRange ? "exactly"
            : given < required ? "at least"
            : "at most";
        var count = wanted == "at most" ? most : required;
        return Raised.Type(
            count == 0 && !hasRange
                ? $"{function.Name}() takes no arguments ({given} given)"
                : $"{function.Name}() takes {wanted} {count} argument{(count == 1 ? "" : "s")} ({given} given)"
        );
    }
}
