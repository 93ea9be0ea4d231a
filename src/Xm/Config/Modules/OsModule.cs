using System.Runtime.InteropServices;
using Xm.Config.Evaluation;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Modules;

/// <summary>The environment, of which single variables can be asked for.</summary>
internal sealed record EnvironmentValue(Func<string, string?> Variable) : Value
{
    public override string TypeName => "environ";
    public override bool IsTrue => true;

    public Value? Get(string name) =>
        name.Length > 0 && !name.Contains('=') && !name.Contains('\0') && Variable(name) is { } text ? new StrValue(text) : null;
}

/// <summary>Module <c>os</c>, as far as it only looks.</summary>
internal static class OsModule
{
    private const string Runs =
        "runs a program, which a configuration must not: write its result out, or give it as NAME=VALUE on the command line of xm create";
    private const string Changes = "changes the host, which a configuration must not: do it before xm create";

    public static IEnumerable<(string, Value)> All(Machine machine)
    {
        yield return ("environ", new EnvironmentValue(machine.World.Variable));
        yield return ("path", machine.Modules.Load("os.path"));
        foreach (
            var (name, text) in new[]
            {
                ("name", "posix"),
                ("sep", "/"),
                ("linesep", "\n"),
                ("pathsep", ":"),
                ("curdir", "."),
                ("pardir", ".."),
            }
        )
        {
            yield return (name, new StrValue(text));
        }
        yield return ("error", ExceptionType.Find("OSError")!);
        yield return ("F_OK", new IntValue(0));
        yield return ("R_OK", new IntValue(4));
        yield return ("W_OK", new IntValue(2));
        yield return ("X_OK", new IntValue(1));
        foreach (var function in Functions())
        {
            yield return (function.Name, function);
        }
        foreach (
            var name in new[]
            {
                "system",
                "popen",
                "popen2",
                "popen3",
                "popen4",
                "execv",
                "execl",
                "execlp",
                "execvp",
                "execve",
                "spawnl",
                "spawnv",
                "spawnvp",
                "fork",
                "startfile",
                "kill",
            }
        )
        {
            yield return (name, new RefusedFunction(Runs));
        }
        foreach (
            var name in new[]
            {
                "remove",
                "unlink",
                "rename",
                "mkdir",
                "makedirs",
                "rmdir",
                "removedirs",
                "chmod",
                "chown",
                "symlink",
                "link",
                "mkfifo",
                "mknod",
                "putenv",
                "unsetenv",
                "chdir",
                "write",
                "open",
                "truncate",
                "utime",
                "umask",
                "chroot",
                "setuid",
                "setgid",
            }
        )
        {
            yield return (name, new RefusedFunction(Changes));
        }
    }

    public static IEnumerable<(string, Value)> ErrorNumbers() =>
        [
            ("EPERM", new IntValue(1)),
            ("ENOENT", new IntValue(2)),
            ("EIO", new IntValue(5)),
            ("EACCES", new IntValue(13)),
            ("EBUSY", new IntValue(16)),
            ("EEXIST", new IntValue(17)),
            ("ENOTDIR", new IntValue(20)),
            ("EISDIR", new IntValue(21)),
            ("EINVAL", new IntValue(22)),
        ];

    public static Builtin[] EnvironmentMethods() =>
        [
            new("get(name, default=None)", call => ((EnvironmentValue)call.Self).Get(call.Text(0)) ?? call[1]),
            new("has_key(name)", call => BoolValue.Of(((EnvironmentValue)call.Self).Get(call.Text(0)) is not null)),
        ];

    private static Builtin[] Functions() =>
        [
            new("access(path, mode)", call => BoolValue.Of(FileStatus.May(call, call.Text(0), call.Whole(1)))),
            new("getcwd()", call => call.Machine.NewText(HostFiles.WorkingDirectory(call.Machine))),
            new("geteuid()", call => new IntValue(call.Machine.World.IsRoot ? 0 : 1000)),
            new("getenv(name, default=None)", call => new EnvironmentValue(call.Machine.World.Variable).Get(call.Text(0)) ?? call[1]),
            new("getpid()", _ => new IntValue(Environment.ProcessId)),
            new("getuid()", call => new IntValue(call.Machine.World.IsRoot ? 0 : 1000)),
            new("listdir(path)", call => call.Machine.NewList(List(call.Machine, call.Text(0)).Select(name => (Value)new StrValue(name)))),
            new("lstat(path)", call => FileStatus.Of(call, follows: false)),
            new("stat(path)", call => FileStatus.Of(call, follows: true)),
            new("uname()", call => new TupleValue([.. Uname(call.Machine).Select(fact => (Value)new StrValue(fact))])),
        ];

    /// <summary>The names in a directory, sorted.</summary>
    public static IEnumerable<string> List(Machine machine, string path)
    {
        var place = machine.Files.Place(path);
        try
        {
            var names = Directory.EnumerateFileSystemEntries(place).Take(10_000).Select(entry => Path.GetFileName(entry)!).ToList();
            machine.Budget.Step(names.Count * 10);
            return names.Order(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var (number, reason) =
                error is DirectoryNotFoundException ? (2, Errno.Text(2))
                : error is UnauthorizedAccessException ? (13, Errno.Text(13))
                : (20, Errno.Text(20));
            throw new Raised(new ExceptionValue(ExceptionType.Find("OSError")!, [number, reason, path]));
        }
    }

    public static string HostName(Machine machine) => machine.Files.Fact("/proc/sys/kernel/hostname") ?? "localhost";

    private static string[] Uname(Machine machine) =>
        [
            machine.Files.Fact("/proc/sys/kernel/ostype") ?? "Linux",
            HostName(machine),
            machine.Files.Fact("/proc/sys/kernel/osrelease") ?? "",
            machine.Files.Fact("/proc/sys/kernel/version") ?? "",
            RuntimeInformation.OSArchitecture switch
            {
                Architecture.X64 => "x86_64",
                Architecture.X86 => "i686",
                Architecture.Arm64 => "aarch64",
                var other => other.ToString(),
            },
        ];
}
