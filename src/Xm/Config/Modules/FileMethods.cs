using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The methods of files, which can be read only.</summary>
internal static class FileMethods
{
    public static Builtin[] All() =>
        [
            // A signature is what calls are checked against.
            new("close()", call =>
            {
                Of(call).IsClosed = true;
                return NoneValue.Instance;
            }),
            new("flush()", _ => NoneValue.Instance),
            new("next()", call =>
                Of(call).ReadLine() is { Length: > 0 } line
                    ? call.Machine.NewText(line)
                    : throw new Raised(new ExceptionValue(ExceptionType.Find("StopIteration")!, []))
            ),
            new("read(size=-1)", call => call.Machine.NewText(Of(call).Read(call.Whole(0, -1)))),
            new("readline()", call => call.Machine.NewText(Of(call).ReadLine())),
            new("readlines()", call => call.Machine.NewList(call.Machine.Iteration.Of(call.Self))),
            new("seek(offset)", call =>
            {
                Of(call).Seek(call.Whole(0));
                return NoneValue.Instance;
            }),
            new("xreadlines()", call => call.Self),
        ];

    private static FileValue Of(Arguments call) => (FileValue)call.Self;
}
