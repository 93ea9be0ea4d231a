using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>
/// Why a device could not be connected, with all that is known: who was waited for, what its script did and said, what both ends say, and
/// what can be done. The sentences begin as old xend's did; people look for them.
/// </summary>
internal static class HotplugFailure
{
    /// <summary>Of a script that failed, or ended well without saying that the device is connected.</summary>
    public static XendError OfScript(
        HostServices host,
        DeviceAddress address,
        string label,
        ScriptCall call,
        ScriptResult result,
        DeviceEnds ends,
        string? bridge
    ) =>
        new(
            ErrorCode.Hotplug,
            $"Device {address.DeviceId} ({BackendClasses.In(address.Class).Name}) could not be connected. {Reason(result, ends)}",
            $"{label}: {call} {Describe(result)}{Words(result)}\n{address}: {ends}",
            MissingBridge(host, call.Path, bridge) ?? Hint(result)
        );

    /// <summary>Of a driver or program in dom0 that did not do its part.</summary>
    /// <param name="address">The device.</param>
    /// <param name="why">What was waited for, and how long.</param>
    /// <param name="ends">Its ends after that time.</param>
    /// <param name="hint">What to do.</param>
    public static XendError OfBackend(DeviceAddress address, string why, DeviceEnds ends, string hint) =>
        new(
            ErrorCode.Hotplug,
            $"Device {address.DeviceId} ({BackendClasses.In(address.Class).Name}) could not be connected. Backend device not found.",
            $"{why}\n{address}: {ends}",
            hint
        );

    /// <summary>Of a driver domain that did not do its part, or whose script failed there.</summary>
    /// <param name="address">The device.</param>
    /// <param name="label">How users know it.</param>
    /// <param name="server">The driver domain, as configured.</param>
    /// <param name="limit">How long it was waited for.</param>
    /// <param name="ends">Its ends after that time. What the driver domain wrote into its own is as untrusted as a guest's.</param>
    public static XendError OfDriverDomain(DeviceAddress address, string label, string server, TimeSpan limit, DeviceEnds ends)
    {
        var name = DomainConfigReader.Printable(server);
        var known = BackendClasses.In(address.Class);
        var hasScript = known.HasScript(address.Class);
        var isLeftToScripts = hasScript && ends.Backend is not null && ends.Backend != DeviceNodes.State(XenbusState.Initialising);
        return new XendError(
            ErrorCode.Hotplug,
            $"Device {address.DeviceId} ({known.Name}) could not be connected. "
                + (ends.Error ?? (isLeftToScripts ? "Hotplug scripts not working." : "Backend device not found.")),
            $"{label}: "
                + (
                    ends.Status is null || !hasScript
                        ? $"the driver domain {name} has not connected it within {limit.TotalSeconds:0} s."
                        : $"the script in the driver domain {name} left it {ends.Status}."
                )
                + $"\n{address}: {ends}",
            isLeftToScripts
                ? $"The scripts run in {name}, by 'xl devd' (service xendriverdomain): does it run there, and what is in /var/log/xen of that domain?"
                : known.HintAt(name)
        );
    }

    /// <summary>How a script ended, behind its name.</summary>
    public static string Describe(ScriptResult result) =>
        result.Outcome switch
        {
            ScriptOutcome.Succeeded => $"succeeded after {result.Duration.TotalSeconds:0.0} s",
            ScriptOutcome.TimedOut => $"was killed after {result.Duration.TotalSeconds:0} s",
            ScriptOutcome.Undying =>
                $"was killed after {result.Duration.TotalSeconds:0} s and has not ended yet: it hangs in the kernel, on a disk or a server",
            ScriptOutcome.NotStarted => $"could not be started: {result.Output.Trim()}",
            _ => $"ended with exit status {result.ExitStatus} after {result.Duration.TotalSeconds:0.0} s",
        };

    /// <summary>
    /// A script's own words come first. Without any, it is what old xend said when a script had not said in time that the device is
    /// connected.
    /// </summary>
    private static string Reason(ScriptResult result, DeviceEnds ends)
    {
        const string Silent = "Hotplug scripts not working.";
        if (ends.Error is { } said)
        {
            return said;
        }
        return result.Outcome switch
        {
            ScriptOutcome.TimedOut or ScriptOutcome.Undying => Silent,
            ScriptOutcome.NotStarted => $"{Silent} The script could not be started.",
            ScriptOutcome.Failed when result.LastLines(1) is { Length: > 0 } line => line,
            ScriptOutcome.Failed =>
                $"{Silent} The script failed with exit status {result.ExitStatus}{(result.Log.Length > 0 ? "." : " and said nothing.")}",
            _ when ends.Status is null => $"{Silent} The script succeeded but did not say that the device is connected.",
            _ => $"The script left the device {ends.Status}.",
        };
    }

    /// <summary>
    /// What the script wrote itself, and what appeared meanwhile in the log to which the stock scripts send their complaints.
    /// </summary>
    private static string Words(ScriptResult result) =>
        Quoted("; it said:", result.Outcome == ScriptOutcome.NotStarted ? "" : result.LastLines())
        + Quoted($"; meanwhile in {ScriptLog.Path}:", ScriptResult.LastLines(result.Log));

    private static string Quoted(string head, string lines) =>
        lines.Length == 0 ? "" : $"{head}\n{string.Join('\n', lines.Split('\n').Select(line => $"  {line}"))}";

    private static string? MissingBridge(HostServices host, string script, string? bridge)
    {
        if (string.IsNullOrEmpty(bridge) || host.Devices.IsBridge(bridge))
        {
            return null;
        }
        var name = DomainConfigReader.Printable(bridge);
        if (script.EndsWith("/vif-openvswitch", StringComparison.Ordinal))
        {
            // VLANs may follow its name.
            return host.Devices.InterfaceExists(bridge.Split('.', ':')[0])
                ? null
                : $"There is no switch {name}; 'ovs-vsctl list-br' tells which there are.";
        }
        var bridges = host.Devices.Bridges();
        return $"There is no bridge {name} (any more); "
            + (bridges.Count == 0 ? "the host has none at all." : $"the host has: {string.Join(", ", bridges)}.");
    }

    private static string Hint(ScriptResult result) =>
        result.Outcome switch
        {
            ScriptOutcome.TimedOut => "Find out what the script waits for, or raise device-create-timeout in xend-config.sxp.",
            ScriptOutcome.Undying => "Find out which disk or server does not answer: dmesg and ps in dom0 (state D) tell.",
            ScriptOutcome.NotStarted => "Is the package xen-utils-common installed, and the script executable?",
            _ => $"The scripts log to {ScriptLog.Path}.",
        };
}
