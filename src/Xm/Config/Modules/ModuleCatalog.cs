using Xm.Config.Evaluation;
using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>The modules that a file may import, made when they are first used, and the names that are there without import.</summary>
internal sealed class ModuleCatalog(Machine machine)
{
    private readonly Dictionary<string, ModuleValue> _modules = new(StringComparer.Ordinal);
    private Dictionary<string, Value>? _builtins;
    private ModuleValue? _network;

    /// <summary>All that can be imported, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "os",
        "os.path",
        "sys",
        "re",
        "string",
        "time",
        "random",
        "math",
        "socket",
        "struct",
        "hashlib",
        "md5",
        "sha",
        "glob",
        "fnmatch",
        "errno",
        "xen.util.ip",
    ];

    /// <summary>The members of a module; a refused one stands there with its reason.</summary>
    public static IEnumerable<(string Name, Value Value)>? Table(string name, Machine machine) =>
        name switch
        {
            "builtins" => [.. Builtins.All(machine), .. TypeTable.All()],
            "os" => OsModule.All(machine),
            "os.path" or "posixpath" => PathModule.All(),
            "sys" => SysModule.All(machine),
            "re" => ReModule.All(),
            "string" => StringModule.All(),
            "time" => TimeModule.All(machine),
            "random" => RandomModule.All(),
            "math" => MathModule.All(),
            "socket" => SocketModule.All(),
            "struct" => StructModule.All(),
            "hashlib" => HashModule.All(),
            "md5" => HashModule.Old("md5", "md5"),
            "sha" => HashModule.Old("sha", "sha1"),
            "glob" => GlobModule.All(),
            "fnmatch" => GlobModule.Matching(),
            "errno" => OsModule.ErrorNumbers(),
            "xen.util.ip" => XenIpModule.All(),
            "subprocess" or "commands" or "popen2" or "pty" => Refused(
                "runs a program, which a configuration must not: write its result out, or give it as NAME=VALUE on the command line "
                    + "of xm create"
            ),
            "urllib" or "urllib2" or "httplib" or "ftplib" or "smtplib" or "xmlrpclib" or "urllib.request" or "http.client" or "requests" =>
                Refused(
                    "uses the network, which a configuration must not: write the value out, or give it as NAME=VALUE on the command "
                        + "line of xm create"
                ),
            "shutil" or "tempfile" or "pickle" or "ctypes" or "threading" or "signal" or "select" or "fcntl" or "thread" => Refused(
                "is not part of the configuration language: write the value out"
            ),
            _ => null,
        };

    public void Import(ImportStatement import, Scope scope)
    {
        foreach (var (name, alias) in import.Modules)
        {
            machine.At = import.At;
            var module = Load(name);
            // import a.b makes a known, through which b is reached; with a name of its own it is b itself.
            var parts = name.Split('.');
            scope.Set(alias ?? parts[0], alias is null && parts.Length > 1 ? Load(parts[0], name) : module, import.At);
        }
    }

    public void Import(FromImportStatement import, Scope scope)
    {
        if (import.Module == "__future__")
        {
            return;
        }
        var module = Load(import.Module);
        if (import.Names.Count == 0)
        {
            foreach (var (name, value) in module.Members)
            {
                if (value is not RefusedFunction && name[0] != '_')
                {
                    scope.SetHere(name, value, import.At);
                }
            }
            return;
        }
        foreach (var (name, alias) in import.Names)
        {
            var value = machine.Attributes.Find(module, name)
                ?? (Table($"{import.Module}.{name}", machine) is null ? null : Load($"{import.Module}.{name}"))
                ?? throw Raised.Of("ImportError", $"cannot import name {name}");
            scope.Set(alias ?? name, value, import.At);
        }
    }

    /// <summary>A name that is there without import: built-in functions, exceptions, and what old xm put in place for every file.</summary>
    public Value? Builtin(string name, Scope scope)
    {
        _ = scope;
        _builtins ??= Table("builtins", machine)!.ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        if (_builtins.TryGetValue(name, out var value))
        {
            return value is RefusedFunction refused ? throw new Refused($"{name} {refused.Why}") : value;
        }
        if (!name.Contains('.') && ExceptionType.Find(name) is { } type)
        {
            return type;
        }
        if (name is "os" or "sys" or "re" or "socket" or "errno" or "struct")
        {
            return Load(name);
        }
        _network ??= Load("xen.util.ip");
        return _network.Members.GetValueOrDefault(name);
    }

    public ModuleValue Load(string name) => Load(name, name);

    private ModuleValue Load(string name, string asked)
    {
        if (_modules.TryGetValue(name, out var module))
        {
            return module;
        }
        if (Table(name, machine) is { } table)
        {
            module = new ModuleValue(name, table.ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal));
        }
        else if (Names.FirstOrDefault(known => known.StartsWith(name + ".", StringComparison.Ordinal)) is not null)
        {
            // A package: only what is in it counts.
            var inside = Names.First(known => known.StartsWith(name + ".", StringComparison.Ordinal));
            var next = inside.Substring(0, (inside + ".").IndexOf('.', name.Length + 1));
            module = new ModuleValue(
                name,
                new Dictionary<string, Value>(StringComparer.Ordinal) { [next[(name.Length + 1)..]] = Load(next) }
            );
        }
        else
        {
            throw Raised.Of("ImportError", $"No module named {asked}");
        }
        _modules[name] = module;
        return module;
    }

    private static IEnumerable<(string, Value)> Refused(string why) => [("*", new RefusedFunction(why))];
}
