using System.Text;
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
            new("abspath(path)", call => call.Machine.NewText(Absolute(call.Machine, call.Text(0)))),
            new("basename(path)", call => call.Machine.NewText(call.Text(0)[(call.Text(0).LastIndexOf('/') + 1)..])),
            new("commonprefix(paths)", call =>
                call.Machine.NewText(CommonPrefix(call.Machine.Iteration.ToList(call[0]).Select(Text.Of).ToList()))
            ),
            new("dirname(path)", call => call.Machine.NewText(Directory(call.Text(0)))),
            new("expanduser(path)", call => call.Machine.NewText(ExpandUser(call.Machine, call.Text(0)))),
            new("expandvars(path)", call => call.Machine.NewText(ExpandVariables(call.Machine, call.Text(0)))),
            new("isabs(path)", call => BoolValue.Of(call.Text(0).StartsWith('/'))),
            new("join(path, *others)", call => call.Machine.NewText(call.Rest.Select(Text.Of).Aggregate(call.Text(0), Join))),
            new("normpath(path)", call => call.Machine.NewText(Normal(call.Text(0)))),
            new("relpath(path, start='.')", call => call.Machine.NewText(Relative(call.Machine, call.Text(0), call.Text(1, ".")))),
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
            new("getatime(path)", call => FileStatus.Seconds(FileStatus.Info(call).LastAccessTimeUtc)),
            new("getmtime(path)", call => FileStatus.Seconds(FileStatus.Info(call).LastWriteTimeUtc)),
            new("getsize(path)", call => FileStatus.Of(call, follows: true).Member("st_size")!),
            new("isdir(path)", call => BoolValue.Of(System.IO.Directory.Exists(call.Machine.Files.Place(call.Text(0))))),
            new("isfile(path)", call =>
                BoolValue.Of(
                    File.Exists(call.Machine.Files.Place(call.Text(0)))
                        && !call.Machine.World.FullPath(call.Text(0)).StartsWith("/dev/", StringComparison.Ordinal)
                )
            ),
            new("islink(path)", call => BoolValue.Of(new FileInfo(call.Machine.Files.Place(call.Text(0))).LinkTarget is not null)),
            new("lexists(path)", call =>
                BoolValue.Of(
                    Exists(call, call.Text(0)).Truth || new FileInfo(call.Machine.Files.Place(call.Text(0))).LinkTarget is not null
                )
            ),
            new("realpath(path)", call => call.Machine.NewText(call.Machine.World.FullPath(Resolved(call)))),
        ];

    public static BoolValue Exists(Arguments call, string path) =>
        BoolValue.Of(path.Length > 0 && Path.Exists(call.Machine.Files.Place(path)) && !IsDangling(call.Machine.Files.Place(path)));

    /// <summary>A link to what is not there, which .NET counts as there.</summary>
    private static bool IsDangling(string place)
    {
        try
        {
            return new FileInfo(place).LinkTarget is not null
                && File.ResolveLinkTarget(place, returnFinalTarget: true) is not { Exists: true };
        }
        catch (IOException)
        {
            return true;
        }
    }

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
        // POSIX leaves two slashes at the beginning, and no other number, to the system.
        var isOfTwo = path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal);
        var normal =
            (
                isOfTwo ? "//"
                : isAbsolute ? "/"
                : ""
            ) + string.Join('/', parts);
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

    private static string Absolute(Machine machine, string path) =>
        Normal(path.StartsWith('/') ? path : HostFiles.WorkingDirectory(machine) + "/" + path);

    /// <summary>The way from one directory to the path.</summary>
    private static string Relative(Machine machine, string path, string start)
    {
        if (path.Length == 0)
        {
            throw Raised.Argument("no path specified");
        }
        var from = Absolute(machine, start).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var to = Absolute(machine, path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var same = 0;
        while (same < from.Length && same < to.Length && from[same] == to[same])
        {
            same++;
        }
        var way = Enumerable.Repeat("..", from.Length - same).Concat(to.Skip(same)).ToList();
        return way.Count == 0 ? "." : string.Join('/', way);
    }

    /// <summary><c>$NAME</c> and <c>${NAME}</c>; what is not set stays as it is.</summary>
    private static string ExpandVariables(Machine machine, string path)
    {
        var result = new StringBuilder();
        for (var at = 0; at < path.Length; at++)
        {
            var isBraced = path[at] == '$' && at + 1 < path.Length && path[at + 1] == '{';
            var start = at + (isBraced ? 2 : 1);
            var end = start;
            while (
                path[at] == '$'
                && end < path.Length
                && (isBraced ? path[end] != '}' : char.IsAsciiLetterOrDigit(path[end]) || path[end] == '_')
            )
            {
                end++;
            }
            var isName = path[at] == '$' && (isBraced ? end < path.Length : end > start);
            if (isName && new EnvironmentValue(machine.World.Variable).Get(path[start..end]) is StrValue value)
            {
                result.Append(value.Text);
                at = isBraced ? end : end - 1;
            }
            else
            {
                result.Append(path[at]);
            }
        }
        return result.ToString();
    }

    /// <summary><c>~</c> is the user's own directory, <c>~name</c> that of another; what is not known stays as it is.</summary>
    private static string ExpandUser(Machine machine, string path)
    {
        if (!path.StartsWith('~'))
        {
            return path;
        }
        var end = path.IndexOf('/') is >= 0 and var slash ? slash : path.Length;
        var home =
            end == 1
                ? machine.World.Variable("HOME") ?? "/root"
                : (machine.Files.Fact("/etc/passwd") ?? "")
                    .Split('\n')
                    .Select(line => line.Split(':'))
                    .FirstOrDefault(words => words.Length > 5 && words[0] == path[1..end])
                    ?[5];
        return home is null ? path
            : home.TrimEnd('/') + path[end..] is { Length: > 0 } expanded ? expanded
            : "/";
    }
}
