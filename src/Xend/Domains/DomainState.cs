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

    /// <summary>Managed, and not running: its memory is in its checkpoint, from which it goes on when somebody wants it.</summary>
    Suspended,

    /// <summary>
    /// Suspended on its way to another host, which may have it already: until that says so, or not, nothing lets it run here.
    /// </summary>
    Departing,
}

/// <summary>States in users' words.</summary>
public static class DomainStates
{
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
            DomainState.Suspended => "suspended",
            DomainState.Departing => "suspended until another host says whether it has it",
            _ => state.ToString(),
        };
}
