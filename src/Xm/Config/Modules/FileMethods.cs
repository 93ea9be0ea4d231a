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
            new("readline(size=-1)", call =>
            {
                var (file, from) = (Of(call), Of(call).Place);
                var line = file.ReadLine();
                var most = call.Whole(0, -1);
                if (most >= 0 && most < line.Length)
                {
                    file.Seek(from + most);
                    line = line[..(int)most];
                }
                return call.Machine.NewText(line);
            }),
            new("readlines()", call => call.Machine.NewList(call.Machine.Iteration.Of(call.Self))),
            new("seek(offset, whence=0)", call =>
            {
                var from = call.Whole(1, 0) switch
                {
                    0 => 0,
                    1 => Of(call).Place,
                    2 => Of(call).Content.Length,
                    _ => throw Raised.Of("IOError", "[Errno 22] Invalid argument"),
                };
                Of(call).Seek(from + call.Whole(0));
                return NoneValue.Instance;
            }),
            new("tell()", call => new IntValue(Of(call).Place)),
            new("xreadlines()", call => call.Self),
        ];

    private static FileValue Of(Arguments call) => (FileValue)call.Self;
}
