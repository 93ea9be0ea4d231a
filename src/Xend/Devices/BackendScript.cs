using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>Runs the script that connects or disconnects a backend, and turns its failure into an error that carries its words.</summary>
internal static class BackendScript
{
    /// <summary>Connects a backend: the driver must have the backend in InitWait already.</summary>
    public static async Task ConnectAsync(
        HostServices host,
        DeviceAddress address,
        string label,
        ScriptCall call,
        CancellationToken cancellation
    )
    {
        var result = await host.Scripts.RunAsync(call, host.Options.DeviceCreateTimeout, cancellation).ConfigureAwait(false);
        var status = await host.Store.ReadAsync(address.BackendNode("hotplug-status"), cancellation).ConfigureAwait(false);
        if (result.Outcome == ScriptOutcome.Succeeded && status == "connected")
        {
            return;
        }
        var said = await host.Store.ReadAsync(address.BackendNode("hotplug-error"), cancellation).ConfigureAwait(false);
        throw new XendError(
            ErrorCode.Hotplug,
            $"Device {address.DeviceId} ({address.Class}) could not be connected. {Reason(result, status, said)}",
            Detail(label, call, result, status),
            Hint(result)
        );
    }

    /// <summary>
    /// Disconnects a backend. Its failure is no reason to stop taking the rest away; what it said is returned, null where all went well.
    /// </summary>
    public static async Task<string?> DisconnectAsync(HostServices host, ScriptCall call, CancellationToken cancellation)
    {
        var result = await host.Scripts.RunAsync(call, host.Options.DeviceDestroyTimeout, cancellation).ConfigureAwait(false);
        return result.Outcome == ScriptOutcome.Succeeded ? null : $"{call}: {Describe(result)}";
    }

    /// <param name="address">The disk.</param>
    /// <param name="verb">add or remove.</param>
    /// <param name="script">The one that the backend's node names: another toolstack's disk may have one of its own (block-iscsi).</param>
    public static ScriptCall Block(DeviceAddress address, string verb, string script) =>
        new(
            script,
            [verb],
            new Dictionary<string, string>
            {
                ["script"] = script,
                ["XENBUS_TYPE"] = "vbd",
                ["XENBUS_PATH"] = address.RelativeBackendPath,
                ["XENBUS_BASE_PATH"] = "backend",
            }
        );

    public static ScriptCall Vif(DeviceAddress address, string verb, string script, string interfaceName) =>
        new(
            script,
            [verb, "type_if=vif"],
            new Dictionary<string, string>
            {
                ["script"] = script,
                ["XENBUS_TYPE"] = "vif",
                ["XENBUS_PATH"] = address.RelativeBackendPath,
                ["XENBUS_BASE_PATH"] = "backend",
                ["netdev"] = "",
                ["vif"] = interfaceName,
            }
        );

    /// <summary>The tap of an emulated card, beside the vif of the same device.</summary>
    public static ScriptCall Tap(DeviceAddress address, string verb, string script, string interfaceName, string tap)
    {
        var vif = Vif(address, verb, script, interfaceName);
        return vif with
        {
            Arguments = [verb, "type_if=tap"],
            Environment = new Dictionary<string, string>(vif.Environment) { ["INTERFACE"] = tap },
        };
    }

    // Old xend said "Hotplug scripts not working." for all of these; scripts look for it only in the case of a time-out.
    private static string Reason(ScriptResult result, string? status, string? said)
    {
        if (!string.IsNullOrWhiteSpace(said))
        {
            return OneLine(said);
        }
        return result.Outcome switch
        {
            ScriptOutcome.TimedOut => "Hotplug scripts not working.",
            ScriptOutcome.NotStarted => "Hotplug scripts not working. The script could not be started.",
            ScriptOutcome.Failed when result.LastLines(1) is { Length: > 0 } line => line,
            ScriptOutcome.Failed => $"The script failed with exit status {result.ExitStatus} and said nothing.",
            _ when status is null or "" => "The script succeeded but did not say that the device is connected.",
            _ => $"The script left the device {OneLine(status)}.",
        };
    }

    private static string Detail(string label, ScriptCall call, ScriptResult result, string? status)
    {
        var lines = result.LastLines();
        var head = $"{label}: {call} {Describe(result)}, hotplug-status is {(string.IsNullOrEmpty(status) ? "not set" : OneLine(status))}";
        return lines.Length == 0 ? head : $"{head}; it said:\n{lines}";
    }

    private static string Describe(ScriptResult result) =>
        result.Outcome switch
        {
            ScriptOutcome.Succeeded => $"succeeded after {result.Duration.TotalSeconds:0.0} s",
            ScriptOutcome.TimedOut => $"was killed after {result.Duration.TotalSeconds:0} s",
            ScriptOutcome.NotStarted => $"could not be started: {result.Output.Trim()}",
            _ => $"ended with exit status {result.ExitStatus} after {result.Duration.TotalSeconds:0.0} s",
        };

    private static string Hint(ScriptResult result) =>
        result.Outcome switch
        {
            ScriptOutcome.TimedOut => "Find out what the script waits for, or raise device-create-timeout in xend-config.sxp.",
            ScriptOutcome.NotStarted => "Is the package xen-utils-common installed, and the script executable?",
            _ => "The scripts log to /var/log/xen/xen-hotplug.log.",
        };

    private static string OneLine(string text) =>
        text.ReplaceLineEndings(" ").Trim() is var line && line.Length > 400 ? line[..400] : text.ReplaceLineEndings(" ").Trim();
}
