using Linux.Interop;
using Tmds.Linux;
using Xend.Host;

namespace Xend.Hotplug;

/// <summary>
/// Scripts that a daemon started which is dead by now. What they work on must not be taken away under their hands: they would write it
/// back.
/// </summary>
internal static class OrphanedScripts
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until no script for a device of the domain runs; kills those that do not end.</summary>
    public static async Task EndAsync(ProcessTable processes, uint domainId, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        while (ProcessesOfDomains.Scripts(processes, domainId).ToList() is { Count: > 0 } scripts)
        {
            if (clock.GetElapsedTime(start) > EndLimit)
            {
                scripts.ForEach(script => ProcessHandle.Send(script.Id, script.Stat.Started, LibC.SIGKILL));
                return;
            }
            await Task.Delay(LookEvery, clock).ConfigureAwait(false);
        }
    }
}
