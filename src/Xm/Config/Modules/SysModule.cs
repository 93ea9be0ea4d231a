using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>xm's stdout or stderr, as <c>sys.stdout</c> and <c>sys.stderr</c>.</summary>
internal sealed record StreamValue(bool IsErrors) : Value
{
    public override string TypeName => "stream";
    public override bool IsTrue => true;
}

/// <summary>Module <c>sys</c>.</summary>
internal static class SysModule
{
    public static IEnumerable<(string, Value)> All(Machine machine)
    {
        yield return ("argv", new ListValue(["/usr/sbin/xm", .. machine.World.Arguments.Select(word => (Value)new StrValue(word))]));
        yield return ("byteorder", new StrValue("little"));
        yield return ("executable", new StrValue(""));
        yield return ("hexversion", new IntValue(0x020712f0));
        yield return ("maxint", new IntValue(long.MaxValue));
        yield return ("maxsize", new IntValue(long.MaxValue));
        yield return ("modules", machine.NewDict());
        yield return ("path", new ListValue([]));
        yield return ("platform", new StrValue("linux2"));
        yield return ("stderr", new StreamValue(IsErrors: true));
        yield return ("stdout", new StreamValue(IsErrors: false));
        yield return ("version", new StrValue("2.7.18"));
        yield return (
            "version_info",
            new TupleValue([2, 7, 18, "final", 0]) { Names = ["major", "minor", "micro", "releaselevel", "serial"] }
        );
        foreach (var function in Functions())
        {
            yield return (function.Name, function);
        }
        yield return ("stdin", new RefusedFunction("is refused: a configuration reads files only"));
        yield return ("setrecursionlimit", new RefusedFunction("is refused: xm's own limits hold"));
    }

    public static Builtin[] StreamMethods() =>
        [
            // A signature is what calls are checked against.
            new("write(text)", call =>
            {
                call.Machine.Files.Write(call.Self, call.Text(0));
                return NoneValue.Instance;
            }),
            new("flush()", _ => NoneValue.Instance),
        ];

    private static Builtin[] Functions() =>
        [
            // A signature is what calls are checked against.
            new("exc_info()", call =>
                call.Machine.Handled.TryPeek(out var error)
                    ? new TupleValue([error.Value.Type, error.Value, NoneValue.Instance])
                    : new TupleValue([NoneValue.Instance, NoneValue.Instance, NoneValue.Instance])
            ),
            new("exit(status=0)", call =>
                throw new Raised(new ExceptionValue(ExceptionType.Find("SystemExit")!, [call.IsGiven(0) ? call[0] : 0]))
            ),
        ];
}
