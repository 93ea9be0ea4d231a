using Xm.Config.Evaluation;
using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>
/// <c>xm_vars</c>: the variables that a file wants on the command line. <c>check()</c> calls each one's check function with what was given,
/// and gives the variable the result.
/// </summary>
/// <param name="Name">The file.</param>
/// <param name="Help">Whether <c>check()</c> shows what the variables mean instead.</param>
/// <param name="Environment">Where the variables are; null for the names of the file.</param>
internal sealed record GuestVars(string Name = "", bool Help = false, DictValue? Environment = null) : Value
{
    private readonly List<(string Name, string Use, Value Check, Position At)> _variables = [];

    public override string TypeName => "Vars";
    public override bool IsTrue => true;

    public bool Equals(GuestVars? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public static Builtin Type() =>
        new("Vars(name, help, env)", call => new GuestVars(
            call.Text(0),
            call[1].IsTrue,
            call[2] as DictValue ?? throw Raised.Type("Vars() takes a dictionary of the variables, such as locals()")
        ));

    /// <summary>What stands behind the dot and is no method.</summary>
    public Value? Member(string name, Machine machine) =>
        name switch
        {
            "env" => Environment ?? machine.GlobalView,
            "help" => new IntValue(Help ? 1 : 0),
            "name" => new StrValue(Name),
            _ => null,
        };

    public static Builtin[] Methods() =>
        [
            // A signature is what calls are checked against.
            new("check()", call => ((GuestVars)call.Self).Check(call.Machine)),
            new("var(name, use=None, check=None)", call =>
            {
                ((GuestVars)call.Self)._variables.Add((call.Text(0), call.Text(1, ""), call[2], call.Machine.At));
                return NoneValue.Instance;
            }),
        ];

    private NoneValue Check(Machine machine)
    {
        var environment = Environment ?? machine.GlobalView;
        if (Help)
        {
            Show(machine);
            return NoneValue.Instance;
        }
        foreach (var (name, _, check, at) in _variables.Where(variable => variable.Check is not NoneValue).ToList())
        {
            var value = environment.Items.GetValueOrDefault(name, NoneValue.Instance);
            Raised? failure = null;
            try
            {
                var result = machine.Calls.Call(check, name, value);
                machine.At = at;
                machine.Put(environment, name, result);
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

    private void Show(Machine machine)
    {
        if (_variables.Count == 0)
        {
            return;
        }
        var lines = _variables.Select(variable => $"{variable.Name, -12} {variable.Use}\n");
        machine.Files.Write(new StreamValue(IsErrors: true), $"\nConfiguration variables for {Name}:\n\n{string.Concat(lines)}\n");
    }
}
