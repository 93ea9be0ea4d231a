namespace Xm.CommandLine;

/// <summary>A command failed in a way that its user can understand: <c>Error: MESSAGE</c> on stderr.</summary>
internal class CommandError(string message, int exitStatus = 1) : Exception(message)
{
    public int ExitStatus { get; } = exitStatus;

    /// <summary>The variable of a guest file that it is about; null where none is, or more than one.</summary>
    public string? Setting { get; init; }
}

/// <summary>The command was called in a wrong way: the message, then the command's usage on stdout.</summary>
internal sealed class UsageError(string message) : CommandError(message)
{
    /// <summary>A line that stands behind the usage, or null.</summary>
    public string? Closing { get; init; }

    /// <summary>Whether an empty line stands between message and usage (on stderr).</summary>
    public bool Spaced { get; init; }
}
