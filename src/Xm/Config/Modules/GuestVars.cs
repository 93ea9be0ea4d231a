using Xm.Config.Evaluation;
using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>
/// <c>xm_vars</c>: the variables that a file wants on the command line. <c>check()</c> calls each one's check function with what was given,
/// and gives
/// the variable the result.
/// </summary>
internal sealed record GuestVars : Value
{
    private readonly List<(string Name, Value Check, Position At)> _variables = [];

    public override string TypeName => "Vars";
    public override bool IsTrue => true;

    public bool Equals(GuestVars? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public static Builtin Type() => new("Vars(*arguments)", _ => new GuestVars());

    public static Builtin[] Methods() =>
        [
            // A signature is what calls are checked against.
            new("check()", call => ((GuestVars)call.Self).Check(call.Machine)),
            new("var(name, use=None, check=None)", call =>
            {
                ((GuestVars)call.Self)._variables.Add((call.Text(0), call[2], call.Machine.At));
                return NoneValue.Instance;
            }),
        ];

    private NoneValue Check(Machine machine)
    {
        foreach (var (name, check, at) in _variables.ToList())
        {
            var value = machine.Globals.Values.GetValueOrDefault(name, NoneValue.Instance);
            if (check is NoneValue)
            {
                machine.Globals.Set(name, value, at);
                continue;
            }
            Raised? failure = null;
            try
            {
                machine.Globals.Set(name, machine.Calls.Call(check, name, value), at);
            }
            catch (Raised error)
            {
                failure = error;
            }
            if (failure is not null)
            {
                var type = failure.Value.Type.Name == "KeyError" ? ExceptionType.Find("ValueError")! : failure.Value.Type;
                var message = $"{name} - {machine.Texts.Str(failure.Value)}";
                throw new Raised(new ExceptionValue(type, [message])) { At = failure.At, File = failure.File };
            }
        }
        return NoneValue.Instance;
    }
}
