namespace Xend.Hotplug;

/// <summary>Runs the scripts of /etc/xen/scripts, and keeps what they say.</summary>
public interface IScriptRunner
{
    /// <summary>Runs one script to its end. Never throws for what the script does; the result tells.</summary>
    /// <param name="call">What to run.</param>
    /// <param name="limit">
    /// The script and all that it started are killed after that time, counted from its start. One that starts while others of its name run
    /// gets theirs as well: the stock scripts take a lock, and wait for each other.
    /// </param>
    /// <param name="cancellation">Kills it earlier; the task is then cancelled.</param>
    /// <remarks>Returns some seconds after the limit or the cancellation at the latest, whether the script has ended or not.</remarks>
    Task<ScriptResult> RunAsync(ScriptCall call, TimeSpan limit, CancellationToken cancellation);

    /// <summary>Returns when no script that an earlier daemon started is at work on a device of the domain any more.</summary>
    Task EndOrphansAsync(uint domainId);
}

/// <summary>One run of a script.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Arguments">The words after it.</param>
/// <param name="Environment">Variables beside PATH and the like.</param>
public sealed record ScriptCall(string Path, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    public override string ToString() => Arguments.Count == 0 ? Path : $"{Path} {string.Join(' ', Arguments)}";
}

/// <summary>How a script ended.</summary>
public enum ScriptOutcome
{
    Succeeded,
    Failed,
    TimedOut,

    /// <summary>It took too long, was killed, and has not ended even so: it hangs in the kernel, on a disk or a server.</summary>
    Undying,

    /// <summary>It could not be started: missing, not executable.</summary>
    NotStarted,
}

/// <summary>What came of a script.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="ExitStatus">Its exit status; 128 + N where signal N ended it; -1 where it never ran.</param>
/// <param name="Output">What it wrote to stdout and stderr, at most the last 64 KiB.</param>
/// <param name="Duration">From start to end.</param>
public sealed record ScriptResult(ScriptOutcome Outcome, int ExitStatus, string Output, TimeSpan Duration)
{
    /// <summary>
    /// What appeared meanwhile in the log of the stock scripts, which send their complaints there; by others that ran side by side, too.
    /// </summary>
    public string Log { get; init; } = "";

    /// <summary>The last lines of the output, each bounded, for an error text.</summary>
    public string LastLines(int count = 5) => LastLines(Output, count);

    /// <summary>The last lines of a text, each bounded.</summary>
    public static string LastLines(string text, int count = 5) =>
        string.Join(
            '\n',
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .TakeLast(count)
                .Select(line => line.Length > 400 ? line[..400] + "..." : line)
        );
}
