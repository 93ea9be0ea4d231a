using System.Collections.Immutable;

namespace Xend.Operations;

/// <summary>An operation that is a plan of steps. There is no other way to change a domain.</summary>
/// <param name="Name">One word: the first of every log line, error and journal entry of it.</param>
/// <param name="Leftover">What the next daemon does with one that its predecessor did not end.</param>
public sealed record OperationKind(string Name, Leftover Leftover)
{
    public static OperationKind Create { get; } = new("create", Leftover.TakeAway);

    public static OperationKind Start { get; } = new("start", Leftover.TakeAway);

    public static OperationKind Destroy { get; } = new("destroy", Leftover.TakeAway);

    public static OperationKind Restart { get; } = new("restart", Leftover.Recreate);

    public static OperationKind Reset { get; } = new("reset", Leftover.Recreate);

    /// <summary>A restart that has to wait: the old self goes now.</summary>
    public static OperationKind Wait { get; } = new("wait", Leftover.Recreate);

    /// <summary>A restart that keeps the old self, under another name.</summary>
    public static OperationKind RenameRestart { get; } = new("rename-restart", Leftover.Recreate);

    public static OperationKind Preserve { get; } = new("preserve", Leftover.Settle);

    public static OperationKind Shutdown { get; } = new("shutdown", Leftover.Settle);

    public static OperationKind Pause { get; } = new("pause", Leftover.Settle);

    public static OperationKind Unpause { get; } = new("unpause", Leftover.Settle);

    public static OperationKind New { get; } = new("new", Leftover.Settle);

    public static OperationKind Delete { get; } = new("delete", Leftover.Delete);

    public static OperationKind Rename { get; } = new("rename", Leftover.Settle);

    public static OperationKind MemSet { get; } = new("mem-set", Leftover.Settle);

    /// <summary>A guest's memory was set by another tool, in xenstore.</summary>
    public static OperationKind FollowTarget { get; } = new("follow-target", Leftover.Settle);

    public static OperationKind MemMax { get; } = new("mem-max", Leftover.Settle);

    public static OperationKind VcpuSet { get; } = new("vcpu-set", Leftover.Settle);

    public static OperationKind VcpuPin { get; } = new("vcpu-pin", Leftover.Settle);

    public static OperationKind Schedule { get; } = new("schedule", Leftover.Settle);

    public static OperationKind Sysrq { get; } = new("sysrq", Leftover.Settle);

    /// <summary>Another disc in a CD drive.</summary>
    public static OperationKind ChangeDisc { get; } = new("change-disc", Leftover.Settle);

    /// <summary>All of them. The kill sweep and the fault sweep of the tests demand a scenario for each.</summary>
    public static ImmutableArray<OperationKind> All { get; } =
    [
        Create,
        Start,
        Destroy,
        Restart,
        Reset,
        Wait,
        RenameRestart,
        Preserve,
        Shutdown,
        Pause,
        Unpause,
        New,
        Delete,
        Rename,
        MemSet,
        FollowTarget,
        MemMax,
        VcpuSet,
        VcpuPin,
        Schedule,
        Sysrq,
        ChangeDisc,
    ];

    /// <summary>The kind of that name, or null: a journal that another version wrote may have others.</summary>
    public static OperationKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}

/// <summary>What becomes of an operation that the daemon's death cut short.</summary>
public enum Leftover
{
    /// <summary>The domain is taken away with all that it holds: a creation is undone so, and a destruction finished.</summary>
    TakeAway,

    /// <summary>Whatever there is of the domain is taken away, and it is made anew: the guest is owed.</summary>
    Recreate,

    /// <summary>The domain goes on, and what the host says of it is made to agree with its configuration as it is kept.</summary>
    Settle,

    /// <summary>What is left of its files is removed.</summary>
    Delete,
}
