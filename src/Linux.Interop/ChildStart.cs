using System.Runtime.InteropServices;

namespace Linux.Interop;

/// <summary>What to start, and with which surroundings. Nothing is searched on PATH and no shell is involved.</summary>
public sealed record ChildStart
{
    /// <summary>The executable, as an absolute path or relative to our own directory.</summary>
    public required string Path { get; init; }

    /// <summary>argv[0], which is what lists of processes show; null for the path.</summary>
    public string? Name { get; init; }

    /// <summary>argv[1] and on.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The whole environment of the child; null passes ours on.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>The directory it starts in; null for ours.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether stdin is a pipe (<see cref="ChildProcess.StandardInput"/>); /dev/null otherwise.</summary>
    public bool PipeInput { get; init; }

    public ChildOutput Output { get; init; } = ChildOutput.Discard;

    public ChildOutput Error { get; init; } = ChildOutput.Discard;

    /// <summary>
    /// A terminal that becomes the child's stdin and stdout, and, with <see cref="NewSession"/>, its controlling terminal; null for none.
    /// It takes
    /// the place of <see cref="PipeInput"/> and <see cref="Output"/>.
    /// </summary>
    public string? Terminal { get; init; }

    /// <summary>Bytes that a file of the child's may have at most (RLIMIT_FSIZE); null for no limit.</summary>
    public ulong? LargestFile { get; init; }

    /// <summary>Bytes of memory that the child may have mapped at most (RLIMIT_AS); null for no limit.</summary>
    public ulong? MostMemory { get; init; }

    /// <summary>Descriptors the child gets as 3, 4, ... in this order. It gets no other.</summary>
    public IReadOnlyList<SafeHandle> Descriptors { get; init; } = [];

    /// <summary>
    /// Starts it in a session of its own (setsid), so that no terminal's signal reaches it. Without: in a process group of its own.
    /// </summary>
    public bool NewSession { get; init; } = true;

    /// <summary>
    /// <see cref="ChildProcess.Dispose"/> leaves the process alone (a device model), instead of killing its process group.
    /// </summary>
    public bool Outlives { get; init; }
}
