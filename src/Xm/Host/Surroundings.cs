using Xm.CommandLine;
using Xm.Connection;
using Xm.Output;

namespace Xm.Host;

/// <summary>All that xm sees of the world. A test puts its own in place.</summary>
internal sealed class Surroundings
{
    public required TextSink Out { get; init; }

    public required TextSink Errors { get; init; }

    /// <summary>An environment variable, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Where relative paths start; null where that directory has been removed. Most commands never need it.</summary>
    public required string? WorkingDirectory { get; init; }

    /// <summary>The words of xm's command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The directory that stands for <c>/</c>.</summary>
    public string Root { get; init; } = "/";

    /// <summary>Whether the effective user is root.</summary>
    public required bool IsRoot { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Waits that long.</summary>
    public required Action<TimeSpan> Pause { get; init; }

    public required IForeground Foreground { get; init; }

    /// <summary>Opens a connection to xend at this address.</summary>
    public required Func<ServerAddress, IXend> Connect { get; init; }

    /// <summary>Whether stdout is a terminal, which a program in the foreground may have put into raw mode.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Has something done, on another thread, instead of ending xm when Ctrl-C is pressed; until it is disposed.</summary>
    public required Func<Action, IDisposable> OnInterrupt { get; init; }

    /// <summary>Where a file of the host is found: its path under <see cref="Root"/>.</summary>
    public string HostFile(string absolutePath) => Path.Combine(Root, absolutePath.TrimStart('/'));

    /// <summary>A user's path as an absolute one: a relative one starts in the working directory.</summary>
    /// <exception cref="CommandError">It is relative, and the working directory has been removed.</exception>
    public string FullPath(string path)
    {
        if (path.StartsWith('/'))
        {
            return Path.GetFullPath(path);
        }
        return WorkingDirectory is { } directory
            ? Path.GetFullPath(Path.Combine(directory, path))
            : throw new CommandError(
                $"Cannot use {path}: the working directory has been removed. Change to another, or give the whole path."
            );
    }

    /// <summary>Where the file of a user's path is found.</summary>
    /// <exception cref="CommandError">As of <see cref="FullPath"/>.</exception>
    public string Resolve(string path) => HostFile(FullPath(path));
}
