using Xm.Config.Modules;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>What stands behind a dot: members of modules, methods of values.</summary>
internal sealed class Attributes(Machine machine)
{
    private readonly Dictionary<string, Dictionary<string, Builtin>> _methods = new(StringComparer.Ordinal);

    public Value Get(Value holder, string name) =>
        Find(holder, name)
        ?? throw (
            holder is ModuleValue module
                ? Raised.Of("AttributeError", $"'module' object has no attribute '{name}'")
                : Raised.Attribute(holder, name)
        );

    public Value? Find(Value holder, string name)
    {
        switch (holder)
        {
            case ModuleValue module:
                return Member(module, name);
            case ExceptionValue error:
                return OfException(error, name);
            case ExceptionType type when name == "__name__":
                // A module's own has the module before it here.
                return new StrValue(type.Name[(type.Name.LastIndexOf('.') + 1)..]);
            case TypeValue type when name == "__name__":
                return new StrValue(type.Name);
            case FunctionValue function when name is "__name__" or "func_name":
                return new StrValue(function.Name);
            case FileValue file when name is "name":
                return new StrValue(file.Name);
            case FileValue file when name is "closed":
                return BoolValue.Of(file.IsClosed);
            case DigestValue digest when digest.Member(name) is { } fact:
                return fact;
            case StatValue stat:
                return stat.Member(name);
            case RegexValue regex when name is "pattern":
                return new StrValue(regex.Pattern);
            // A method of the class itself, which needs no dictionary before the dot.
            case TypeValue { Name: "dict" } when name == "fromkeys":
                return Find(machine.NewDict(), name);
            case GuestVars variables when variables.Member(name, machine) is { } member:
                return member;
            case TupleValue tuple when tuple.Names.ToList().IndexOf(name) is >= 0 and var part:
                return tuple.Items[part];
            case InstanceValue instance:
                return machine.Classes.Find(instance, name);
            case ClassValue type:
                return machine.Classes.Find(type, name);
            case SuperValue super:
                return machine.Classes.FindBehind(super.Type, super.Self, name);
            case RandomValue generator:
                return generator.Methods.GetValueOrDefault(name);
            case TypeValue type:
                return Methods(type.Name).TryGetValue(name, out var unbound)
                    ? new Builtin(Unbound(unbound), arguments =>
                        machine.Calls.Call(new BoundMethod(arguments[0], unbound), [.. arguments.Rest], arguments.Named, arguments.Caller)
                    )
                    : null;
        }
        return Methods(holder.TypeName).TryGetValue(name, out var method) ? new BoundMethod(holder, method) : null;
    }

    private static string Unbound(Builtin method) => $"{method.Name}(self, *arguments, **names)";

    private Value? Member(ModuleValue module, string name)
    {
        if (!module.Members.TryGetValue(name, out var member))
        {
            return module.Members.TryGetValue("*", out var all) && all is RefusedFunction whole
                ? throw new Refused($"{module.Name}.{name} {whole.Why}")
                : null;
        }
        return member is RefusedFunction refused ? throw new Refused($"{module.Name}.{name} {refused.Why}") : member;
    }

    private Value? OfException(ExceptionValue error, string name) =>
        name switch
        {
            "args" => new TupleValue(error.Arguments),
            "message" => error.Arguments.Count == 1 ? error.Arguments[0] : new StrValue(""),
            "errno" when error.Arguments.Count > 0 => error.Arguments[0],
            "strerror" when error.Arguments.Count > 1 => error.Arguments[1],
            "filename" when error.Arguments.Count > 2 => error.Arguments[2],
            "__class__" => error.Type,
            "code" when error.Type.Name == "SystemExit" => error.Arguments.Count > 0 ? error.Arguments[0] : NoneValue.Instance,
            _ => null,
        };

    /// <summary>The methods of a type, made when the first of them is used.</summary>
    private Dictionary<string, Builtin> Methods(string type)
    {
        if (!_methods.TryGetValue(type, out var methods))
        {
            methods = MethodTables.Of(type).ToDictionary(method => method.Name, StringComparer.Ordinal);
            _methods[type] = methods;
        }
        return methods;
    }
}
