using System.Collections.Immutable;

namespace Xend.Domains;

/// <summary>A kind of operation on a domain, and all that depends on which it is. There is no other way to change a domain.</summary>
/// <remarks>What may be asked of a domain in which state, who gives way to whom, what a daemon's death leaves: a column each.</remarks>
public sealed class OperationKind
{
    private OperationKind(string name, Leftover leftover, params ImmutableArray<DomainState> allowedIn) =>
        (Name, Leftover, AllowedIn) = (name, leftover, allowedIn);

    public static OperationKind Create { get; } = new("create", Leftover.TakeAway, DomainState.Creating);

    public static OperationKind Start { get; } = new("start", Leftover.TakeAway, DomainState.Halted);

    public static OperationKind Destroy { get; } =
        new("destroy", Leftover.TakeAway, Enum.GetValues<DomainState>().ToImmutableArray()) { OneWay = true, GivesWay = false };

    public static OperationKind Restart { get; } = new("restart", Leftover.Recreate, DomainState.Running) { OneWay = true };

    public static OperationKind Reset { get; } =
        new("reset", Leftover.Recreate, DomainState.Running, DomainState.Preserved, DomainState.Waiting) { OneWay = true };

    /// <summary>A restart that has to wait: the old self goes now.</summary>
    public static OperationKind Wait { get; } = new("wait", Leftover.Recreate, DomainState.Running) { OneWay = true };

    /// <summary>A restart that keeps the old self, under another name.</summary>
    public static OperationKind RenameRestart { get; } = new("rename-restart", Leftover.Recreate, DomainState.Running) { OneWay = true };

    public static OperationKind Preserve { get; } = new("preserve", Leftover.Settle, DomainState.Running);

    public static OperationKind Shutdown { get; } = new("shutdown", Leftover.Settle, DomainState.Running);

    /// <summary>A guest goes into a file, and is gone.</summary>
    public static OperationKind Save { get; } = new("save", Leftover.Resume, DomainState.Running) { GivesUp = true };

    /// <summary>A managed guest goes into its checkpoint, and is suspended.</summary>
    public static OperationKind Suspend { get; } = new("suspend", Leftover.Resume, DomainState.Running) { GivesUp = true };

    /// <summary>A guest goes into a file, and goes on.</summary>
    public static OperationKind Checkpoint { get; } = new("checkpoint", Leftover.Resume, DomainState.Running);

    /// <summary>A guest is made of a file.</summary>
    public static OperationKind Restore { get; } =
        new("restore", Leftover.TakeAway, DomainState.Creating, DomainState.Halted) { Revives = true };

    /// <summary>A suspended guest goes on from its checkpoint, which is gone then.</summary>
    public static OperationKind Resume { get; } = new("resume", Leftover.TakeAway, DomainState.Suspended) { Revives = true };

    /// <summary>A guest goes to another host.</summary>
    public static OperationKind Migrate { get; } = new("migrate", Leftover.Resume, DomainState.Running);

    /// <summary>The other host is asked whether it has a guest that was to go there.</summary>
    public static OperationKind HandOver { get; } = new("hand-over", Leftover.Resume, DomainState.Departing);

    /// <summary>A guest comes from another host.</summary>
    public static OperationKind Receive { get; } = new("receive", Leftover.TakeAway, DomainState.Creating, DomainState.Halted);

    /// <summary>A guest's memory is written to a file, for somebody to look at.</summary>
    public static OperationKind DumpCore { get; } = new("dump-core", Leftover.Unpause, DomainState.Running, DomainState.Preserved);

    public static OperationKind Pause { get; } = new("pause", Leftover.Settle, DomainState.Running);

    public static OperationKind Unpause { get; } = new("unpause", Leftover.Settle, DomainState.Running);

    public static OperationKind New { get; } = new("new", Leftover.Settle, DomainState.Halted, DomainState.Running, DomainState.Preserved);

    public static OperationKind Delete { get; } = new("delete", Leftover.Delete, DomainState.Halted) { OneWay = true, GivesWay = false };

    public static OperationKind Rename { get; } =
        new("rename", Leftover.Settle, DomainState.Running, DomainState.Halted, DomainState.Suspended, DomainState.Preserved);

    public static OperationKind MemSet { get; } = new("mem-set", Leftover.Settle, DomainState.Running, DomainState.Halted);

    /// <summary>A guest's memory was set by another tool, in xenstore.</summary>
    public static OperationKind FollowTarget { get; } = new("follow-target", Leftover.Settle, DomainState.Running);

    public static OperationKind MemMax { get; } = new("mem-max", Leftover.Settle, DomainState.Running, DomainState.Halted);

    public static OperationKind VcpuSet { get; } = new("vcpu-set", Leftover.Settle, DomainState.Running, DomainState.Halted);

    public static OperationKind VcpuPin { get; } = new("vcpu-pin", Leftover.Settle, DomainState.Running, DomainState.Halted);

    public static OperationKind Schedule { get; } = new("schedule", Leftover.Settle, DomainState.Running, DomainState.Halted);

    public static OperationKind Sysrq { get; } = new("sysrq", Leftover.Settle, DomainState.Running);

    /// <summary>Another disc in a CD drive.</summary>
    public static OperationKind ChangeDisc { get; } = new("change-disc", Leftover.Settle, DomainState.Running, DomainState.Halted);

    /// <summary>Another device for a domain.</summary>
    public static OperationKind Attach { get; } = new("attach", Leftover.Settle, DomainState.Running, DomainState.Halted);

    /// <summary>A device is taken from a domain.</summary>
    public static OperationKind Detach { get; } = new("detach", Leftover.Settle, DomainState.Running, DomainState.Halted);

    /// <summary>What another toolstack or an earlier daemon left of a domain is taken away.</summary>
    public static OperationKind CleanUp { get; } =
        new("clean-up", Leftover.None, Enum.GetValues<DomainState>().ToImmutableArray()) { OneWay = true, GivesWay = false };

    /// <summary>A client waits for what is under way; nothing is changed.</summary>
    public static OperationKind WaitForDevices { get; } =
        new("wait-for-devices", Leftover.None, Enum.GetValues<DomainState>().ToImmutableArray());

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
        Save,
        Suspend,
        Checkpoint,
        Restore,
        Resume,
        Migrate,
        HandOver,
        Receive,
        DumpCore,
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
        Attach,
        Detach,
        CleanUp,
        WaitForDevices,
    ];

    /// <summary>
    /// Those that are a plan of steps under a journal. The kill sweep and the fault sweep of the tests demand a scenario for each.
    /// </summary>
    public static ImmutableArray<OperationKind> Planned { get; } = [.. All.Where(kind => kind.Leftover != Leftover.None)];

    /// <summary>One word: the first of every log line, error and journal entry of it.</summary>
    public string Name { get; }

    /// <summary>What the next daemon does with one that its predecessor did not end.</summary>
    public Leftover Leftover { get; }

    /// <summary>The states in which a domain may be asked for it.</summary>
    public ImmutableArray<DomainState> AllowedIn { get; }

    /// <summary>What takes a domain away, or has begun to, cannot be undone: a domain that is half there would be left.</summary>
    public bool OneWay { get; private init; }

    /// <summary>Given up for a destruction that somebody asks for: nothing is to keep a domain from being ended.</summary>
    public bool GivesWay { get; private init; } = true;

    /// <summary>The kind of that name, or null: a journal that another version wrote may have others.</summary>
    public static OperationKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>Once its file is whole the guest is the file, and what runs of it is taken away.</summary>
    public bool GivesUp { get; private init; }

    /// <summary>What it makes has run before: once it runs again its file is behind its disks, and nothing takes it away.</summary>
    public bool Revives { get; private init; }

    public override string ToString() => Name;
}

/// <summary>What becomes of an operation that the daemon's death cut short.</summary>
public enum Leftover
{
    /// <summary>Nothing: it is in no journal.</summary>
    None,

    /// <summary>The domain is taken away with all that it holds: a creation is undone so, and a destruction finished.</summary>
    TakeAway,

    /// <summary>Whatever there is of the domain is taken away, and it is made anew: the guest is owed.</summary>
    Recreate,

    /// <summary>The domain goes on, and what the host says of it is made to agree with its configuration as it is kept.</summary>
    Settle,

    /// <summary>
    /// A guest that was given up since its file is whole is taken away; any other goes on, and its file is removed.
    /// </summary>
    Resume,

    /// <summary>A guest that was held for as long as it took goes on.</summary>
    Unpause,

    /// <summary>What is left of its files is removed.</summary>
    Delete,
}
