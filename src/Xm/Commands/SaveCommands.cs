using Sxp;
using Xm.CommandLine;

namespace Xm.Commands;

/// <summary><c>xm save</c>: a guest goes into a file of this host.</summary>
internal sealed class SaveCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2, 3, ignored: SaveOptions.Quiet);
        var (options, words) = call.Options("cq", "checkpoint", "quiet");
        if (words.Count != 2)
        {
            throw new UsageError("Wrong number of parameters");
        }
        var domain = call.Xend.Domain(words[0]);
        var file = call.Surroundings.FullPath(words[1]);
        if (!Directory.Exists(call.Surroundings.HostFile(Path.GetDirectoryName(file) ?? "/")))
        {
            throw new CommandError($"xm save: Unable to create file {file}");
        }
        var isCheckpoint = options.Any(option => option.Key is "-c" or "--checkpoint");
        new LongCall(call, isCheckpoint ? "checkpoint" : "save", options.IsQuiet()).Run(
            "xend.domain.save",
            domain.Id() is { } id ? (int)id : domain.Name(),
            file,
            isCheckpoint
        );
        return 0;
    }
}

/// <summary><c>xm restore</c>: a saved guest goes on.</summary>
internal sealed class RestoreCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 2, ignored: SaveOptions.Quiet);
        var (options, words) = call.Options("pq", "paused", "quiet");
        if (words.Count != 1)
        {
            throw new UsageError("Wrong number of parameters");
        }
        var file = call.Surroundings.FullPath(words[0]);
        if (!File.Exists(call.Surroundings.HostFile(file)))
        {
            throw new CommandError($"xm restore: Unable to read file {file}");
        }
        new LongCall(call, "restore", options.IsQuiet()).Run("xend.domain.restore", file, options.IsPaused());
        return 0;
    }
}

/// <summary><c>xm suspend</c>: a guest that xend keeps goes into its checkpoint.</summary>
internal sealed class SuspendCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1, ignored: SaveOptions.Quiet);
        var (options, words) = call.Options("q", "quiet");
        if (words.Count != 1)
        {
            throw new UsageError("Wrong number of parameters");
        }
        new LongCall(call, "suspend", options.IsQuiet()).Run("xend.domain.suspend", words[0]);
        return 0;
    }
}

/// <summary><c>xm resume</c>: it goes on.</summary>
internal sealed class ResumeCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 2, ignored: SaveOptions.Quiet);
        var (options, words) = call.Options("pq", "paused", "quiet");
        if (words.Count != 1)
        {
            throw new UsageError("Expects 1 argument");
        }
        new LongCall(call, "resume", options.IsQuiet()).Run("xend.domain.resume", words[0], options.IsPaused());
        return 0;
    }
}

/// <summary><c>xm dump-core</c>: a guest's memory goes into a file of this host, for somebody to look at.</summary>
internal sealed class DumpCoreCommand : Command
{
    public override int Run(CommandCall call)
    {
        var (options, words) = call.Options("LCRq", "live", "crash", "reset", "quiet");
        var isDestroyed = options.Any(option => option.Key is "-C" or "--crash");
        var isReset = options.Any(option => option.Key is "-R" or "--reset");
        if (isDestroyed && isReset)
        {
            throw new UsageError("You may not specify more than one '-CR' option");
        }
        if (words.Count is not (1 or 2))
        {
            throw new UsageError("Expects 1 or 2 argument(s)");
        }
        SValue file = words.Count == 2 ? call.Surroundings.FullPath(words[1]) : SNone.Instance;
        if (!options.IsQuiet())
        {
            call.Out.WriteLine($"Dumping core of domain: {words[0]} ...");
            call.Out.Flush();
        }
        new LongCall(call, "dump-core", options.IsQuiet()).Run(
            "xend.domain.dump",
            words[0],
            file,
            options.Any(option => option.Key is "-L" or "--live"),
            isDestroyed,
            isReset
        );
        return 0;
    }
}

/// <summary>Options that these have in common.</summary>
internal static class SaveOptions
{
    /// <summary>Old xm had none of them: they do not count among its words.</summary>
    public static string[] Quiet => ["-q", "--quiet"];

    public static bool IsQuiet(this IReadOnlyList<GivenOption> options) => options.Any(option => option.Key is "-q" or "--quiet");

    public static bool IsPaused(this IReadOnlyList<GivenOption> options) => options.Any(option => option.Key is "-p" or "--paused");
}
