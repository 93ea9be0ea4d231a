using Linux.Interop;
using Serilog;

namespace Xend.Hotplug;

/// <summary>Every log line of this room.</summary>
internal static class HotplugLog
{
    public static void ScriptDoesNotEnd(ILogger log, ScriptCall call, int process) =>
        log.Error(
            "{Script} for {Place}: process {Process} has not ended {Seconds:0} s after SIGKILL; it is not waited for",
            call.ToString(),
            call.Environment.GetValueOrDefault("XENBUS_PATH", ""),
            process,
            ChildEnd.KillLimit.TotalSeconds
        );

    public static void ScriptEnded(ILogger log, ScriptCall call, ScriptResult result)
    {
        var place = call.Environment.GetValueOrDefault("XENBUS_PATH", "");
        if (result.Outcome == ScriptOutcome.Succeeded)
        {
            log.Debug("{Script} for {Place}: done in {Seconds:0.00} s", call.ToString(), place, result.Duration.TotalSeconds);
        }
        else
        {
            log.Warning(
                "{Script} for {Place}: {Outcome}, exit status {Status}, after {Seconds:0.00} s; it said: {Output}",
                call.ToString(),
                place,
                result.Outcome,
                result.ExitStatus,
                result.Duration.TotalSeconds,
                result.LastLines(20)
            );
        }
    }
}
