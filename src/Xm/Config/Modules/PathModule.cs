using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>os.path</c>.</summary>
internal static class PathModule
{
    public static IEnumerable<(string, Value)> All() =>
        [("sep", new StrValue("/")), .. Names().Concat(Files()).Select(function => (function.Name, (Value)function))];

    /// <summary>Those that work on the text of a path.</summary>
    private static Builtin[] Names() =>
        [
            new("abspath(path)", call =>
                call.Machine.NewText(
                    Normal(call.Text(0).StartsWith('/') ? call.Text(0) : HostFiles.WorkingDirectory(call.Machine) + "/" + call.Text(0))
                )
            ),
            new("basename(path)", call => call.Machine.NewText(call.Text(0)[(call.Text(0).LastIndexOf('/') + 1)..])),
            new("commonprefix(paths)", call =>
                call.Machine.NewText(CommonPrefix(call.Machine.Iteration.ToList(call[0]).Select(Text.Of).ToList()))
            ),
            new("dirname(path)", call => call.Machine.NewText(Directory(call.Text(0)))),
            new("expanduser(path)", call =>
                call.Machine.NewText(
                    call.Text(0) is "~" or ['~', '/', ..]
                        ? (call.Machine.World.Variable("HOME") ?? "/root") + call.Text(0)[1..]
                        : call.Text(0)
                )
            ),
            new("isabs(path)", call => BoolValue.Of(call.Text(0).StartsWith('/'))),
            new("join(path, *others)", call => call.Machine.NewText(call.Rest.Select(Text.Of).Aggregate(call.Text(0), Join))),
            new("normpath(path)", call => call.Machine.NewText(Normal(call.Text(0)))),
            new("split(path)", call => new TupleValue([
                call.Machine.NewText(Directory(call.Text(0))),
                call.Machine.NewText(call.Text(0)[(call.Text(0).LastIndexOf('/') + 1)..]),
            ])),
            new("splitext(path)", SplitExtension),
        ];

    /// <summary>Those that look at the host.</summary>
    private static Builtin[] Files() =>
        [
            new("exists(path)", call => Exists(call, call.Text(0))),
            new("getsize(path)", call =>
                new FileInfo(call.Machine.Files.Place(call.Text(0))) is { Exists: true } file
                    ? new IntValue(file.Length)
                    : throw Missing(call)
            ),
            new("isdir(path)", call => BoolValue.Of(System.IO.Directory.Exists(call.Machine.Files.Place(call.Text(0))))),
            new("isfile(path)", call =>
                BoolValue.Of(
                    File.Exists(call.Machine.Files.Place(call.Text(0)))
                        && !call.Machine.World.FullPath(call.Text(0)).StartsWith("/dev/", StringComparison.Ordinal)
                )
            ),
            new("islink(path)", call => BoolValue.Of(new FileInfo(call.Machine.Files.Place(call.Text(0))).LinkTarget is not null)),
            new("lexists(path)", call => Exists(call, call.Text(0))),
            new("realpath(path)", call => call.Machine.NewText(call.Machine.World.FullPath(Resolved(call)))),
        ];

    public static BoolValue Exists(Arguments call, string path) =>
        BoolValue.Of(path.Length > 0 && Path.Exists(call.Machine.Files.Place(path)));

    public static string Join(string path, string next) =>
        next.StartsWith('/') ? next
        : path.Length == 0 || path.EndsWith('/') ? path + next
        : path + "/" + next;

    private static string Resolved(Arguments call)
    {
        var path = call.Text(0);
        try
        {
            var target = File.ResolveLinkTarget(call.Machine.Files.Place(path), returnFinalTarget: true);
            return target is null ? path : target.FullName;
        }
        catch (IOException)
        {
            return path;
        }
    }

    private static string Directory(string path)
    {
        var head = path[..(path.LastIndexOf('/') + 1)];
        return head.Trim('/').Length == 0 ? head : head.TrimEnd('/');
    }

    private static string Normal(string path)
    {
        var parts = new List<string>();
        var isAbsolute = path.StartsWith('/');
        foreach (var part in path.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".." || !isAbsolute)
            {
                parts.Add(part);
            }
        }
        var normal = (isAbsolute ? "/" : "") + string.Join('/', parts);
        return normal.Length == 0 ? "." : normal;
    }

    private static string CommonPrefix(List<string> paths)
    {
        var length = paths.Count == 0 ? 0 : paths.Min(path => path.Length);
        var same = 0;
        while (same < length && paths.All(path => path[same] == paths[0][same]))
        {
            same++;
        }
        return paths.Count == 0 ? "" : paths[0][..same];
    }

    private static Value SplitExtension(Arguments call)
    {
        var path = call.Text(0);
        var name = path.LastIndexOf('/') + 1;
        var dot = path.LastIndexOf('.');
        // Dots at the start of a name begin no extension.
        var hasExtension = dot > name && path[name..dot].Any(c => c != '.');
        return hasExtension
            ? new TupleValue([call.Machine.NewText(path[..dot]), call.Machine.NewText(path[dot..])])
            : new TupleValue([call.Machine.NewText(path), new StrValue("")]);
    }

    private static Raised Missing(Arguments call) =>
        new(new ExceptionValue(ExceptionType.Find("OSError")!, [2, "No such file or directory", call.Text(0)]));
}
