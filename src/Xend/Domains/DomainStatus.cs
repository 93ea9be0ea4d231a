using Xend.Hypervisor;

namespace Xend.Domains;

/// <summary>
/// The power states of old xend and their numbers, as <c>(status N)</c> and the filter of <c>xm list --state</c> have them.
/// </summary>
public enum PowerState
{
    /// <summary>Not known to Xen, shut down but still allocated, or dying.</summary>
    Halted = 0,

    Paused = 1,

    /// <summary>Anything else, blocked included.</summary>
    Running = 2,

    /// <summary>Managed, not running, its memory saved on disk.</summary>
    Suspended = 3,

    /// <summary>Old xend had the number and never answered with it.</summary>
    Shutdown = 4,

    Crashed = 5,

    Unknown = 6,
}

/// <summary>A domain's state in the two forms that users know: six letters and a number.</summary>
public static class DomainStatus
{
    /// <summary>
    /// The column State of <c>xm list</c>: <c>rbpscd</c>, a dash for each that does not hold. Shut down with reason crash shows c and not
    /// s,
    /// as libxc's own xc_domain_getinfo has it.
    /// </summary>
    public static string Letters(DomainInfo info)
    {
        var crashed = info.Shutdown == ShutdownReason.Crash;
        return string.Create(6, (info, crashed), static (letters, state) =>
        {
            letters[0] = state.info.Running ? 'r' : '-';
            letters[1] = state.info.Blocked ? 'b' : '-';
            letters[2] = state.info.Paused ? 'p' : '-';
            letters[3] = state.info.Shutdown is not null && !state.crashed ? 's' : '-';
            letters[4] = state.crashed ? 'c' : '-';
            letters[5] = state.info.Dying ? 'd' : '-';
        });
    }

    /// <summary>The power state. A shut down domain that is preserved is halted, although Xen still has it.</summary>
    public static PowerState Of(DomainView domain) =>
        domain.Info switch
        {
            null when domain.Suspended => PowerState.Suspended,
            null or { Dying: true } => PowerState.Halted,
            { Shutdown: ShutdownReason.Crash } => PowerState.Crashed,
            { Shutdown: not null } => PowerState.Halted,
            { Paused: true } => PowerState.Paused,
            _ => PowerState.Running,
        };

    /// <summary>
    /// Whether a domain passes a filter: a state's name in any case, its number, or <c>all</c>. A word that names no state passes none, as
    /// of old.
    /// </summary>
    public static bool Matches(DomainView domain, string filter)
    {
        if (filter.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        return Enum.TryParse<PowerState>(filter, ignoreCase: true, out var state) && Of(domain) == state;
    }
}
