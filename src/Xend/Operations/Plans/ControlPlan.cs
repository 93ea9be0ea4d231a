using System.Collections.Immutable;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>The plans that ask something of a running guest, or hold it. Pure functions.</summary>
public static class ControlPlan
{
    /// <param name="reason">poweroff, halt, reboot, suspend, crash.</param>
    /// <param name="tell">Called with what the user should know of how the guest was asked.</param>
    public static ImmutableArray<Step> Shutdown(string reason, Action<string> tell) => [new RequestShutdown(reason, tell)];

    public static ImmutableArray<Step> Pause() => [new PauseGuest()];

    public static ImmutableArray<Step> Unpause() => [new UnpauseGuest()];
}
