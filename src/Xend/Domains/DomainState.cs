namespace Xend.Domains;

/// <summary>
/// The daemon's own view of where a domain is in its life. What Xen says of it (paused, blocked, crashed) comes beside this.
/// </summary>
public enum DomainState
{
    /// <summary>Being made; it has an id from some step on.</summary>
    Creating,

    /// <summary>It has a kernel and devices; paused or not.</summary>
    Running,

    /// <summary>It ended, and its old self is taken away while a new one is made. It keeps its name and UUID.</summary>
    Restarting,

    /// <summary>It ended, its old self is gone, and a new one is made when a delay is over. It keeps its name and UUID.</summary>
    Waiting,

    /// <summary>It ended and is kept for somebody to look at.</summary>
    Preserved,

    /// <summary>Being taken away.</summary>
    Destroying,

    /// <summary>Managed, and not running: nothing of it is on the host but its configuration.</summary>
    Halted,
}

/// <summary>What may be asked of a domain in which state: the whole rule in one table.</summary>
public static class DomainTransitions
{
    /// <summary>True where <paramref name="operation"/> makes sense for a domain in <paramref name="state"/>.</summary>
    public static bool Allow(DomainState state, string operation) =>
        (state, operation) switch
        {
            (_, "destroy") => true,
            (DomainState.Running, "pause" or "unpause" or "shutdown" or "configure" or "restart" or "preserve" or "rename") => true,
            (DomainState.Halted or DomainState.Preserved, "rename") => true,
            (DomainState.Running or DomainState.Preserved or DomainState.Waiting, "reset") => true,
            (DomainState.Halted, "start" or "delete") => true,
            (DomainState.Running or DomainState.Halted, "mem-set" or "mem-max" or "vcpu-set" or "vcpu-pin" or "schedule") => true,
            (DomainState.Running, "sysrq") => true,
            _ => false,
        };

    /// <summary>The state as a word for a sentence.</summary>
    public static string Describe(this DomainState state) =>
        state switch
        {
            DomainState.Creating => "being created",
            DomainState.Running => "running",
            DomainState.Restarting => "being restarted",
            DomainState.Waiting => "waiting for its restart",
            DomainState.Preserved => "preserved after its end",
            DomainState.Destroying => "being destroyed",
            DomainState.Halted => "not running",
            _ => state.ToString(),
        };
}
