using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Modules <c>glob</c> and <c>fnmatch</c>: names with <c>*</c>, <c>?</c> and <c>[a-z]</c>.</summary>
internal static class GlobModule
{
    public static IEnumerable<(string, Value)> All()
    {
        var glob = new Builtin("glob(pattern)", call =>
            call.Machine.NewList(Find(call.Machine, call.Text(0)).Select(path => (Value)new StrValue(path)))
        );
        return [("glob", glob), ("iglob", glob)];
    }

    public static IEnumerable<(string, Value)> Matching()
    {
        var match = new Builtin("fnmatch(name, pattern)", call => BoolValue.Of(Matches(call.Machine, call.Text(0), call.Text(1))));
        var filter = new Builtin("filter(names, pattern)", call =>
            call.Machine.NewList(call.Machine.Iteration.Of(call[0]).Where(name => Matches(call.Machine, Text.Of(name), call.Text(1))))
        );
        return [("fnmatch", match), ("fnmatchcase", match), ("filter", filter)];
    }

    /// <summary>All paths that fit, sorted. (Python's order is that of the directory.)</summary>
    private static IEnumerable<string> Find(Machine machine, string pattern)
    {
        var found = new List<string> { pattern.StartsWith('/') ? "/" : "" };
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = found.SelectMany(directory => Step(machine, directory, part)).ToList();
        }
        return found.Where(path => path.Length > 0);
    }

    private static IEnumerable<string> Step(Machine machine, string directory, string part)
    {
        if (part.AsSpan().IndexOfAny("*?[") < 0)
        {
            var path = PathModule.Join(directory, part);
            return Path.Exists(machine.Files.Place(path)) ? [path] : [];
        }
        var place = directory.Length == 0 ? "." : directory;
        if (!Directory.Exists(machine.Files.Place(place)))
        {
            return [];
        }
        try
        {
            return OsModule
                .List(machine, place)
                .Where(name => (name[0] != '.' || part[0] == '.') && Matches(machine, name, part))
                .Select(name => PathModule.Join(directory, name))
                .ToList();
        }
        catch (Raised)
        {
            return [];
        }
    }

    private static bool Matches(Machine machine, string name, string pattern)
    {
        var regex = new StringBuilder("\\A");
        for (var at = 0; at < pattern.Length; at++)
        {
            var close = pattern[at] == '[' ? pattern.IndexOf(']', Math.Min(at + 2, pattern.Length)) : -1;
            if (close > 0)
            {
                var set = pattern[(at + 1)..close].Replace("\\", "\\\\").Replace("[", "\\[");
                regex
                    .Append('[')
                    .Append(
                        set[0] == '!' ? "^" + set[1..]
                        : set[0] == '^' ? "\\" + set
                        : set
                    )
                    .Append(']');
                at = close;
                continue;
            }
            regex.Append(
                pattern[at] switch
                {
                    '*' => ".*",
                    '?' => ".",
                    var c => System.Text.RegularExpressions.Regex.Escape(c.ToString()),
                }
            );
        }
        return Patterns.Compile(machine, regex.Append("\\z").ToString(), Patterns.DotAll).IsMatch(name);
    }
}
