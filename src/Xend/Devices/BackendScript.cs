using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>Runs the script that connects or disconnects a backend, and turns its failure into an error that carries its words.</summary>
internal static class BackendScript
{
    /// <summary>Connects devices and raw files.</summary>
    public const string StockBlock = "/etc/xen/scripts/block";

    /// <summary>The stock script that puts interfaces on a bridge of the kernel.</summary>
    public static bool IsVifBridge(string script) => script.EndsWith("/vif-bridge", StringComparison.Ordinal);

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
        var ends = await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false);
        if (result.Outcome == ScriptOutcome.Succeeded && ends.Status == "connected")
        {
            return;
        }
        var bridge = await host.Store.ReadAsync(address.BackendNode("bridge"), cancellation).ConfigureAwait(false);
        throw HotplugFailure.OfScript(host, address, label, call, result, ends, bridge);
    }

    /// <summary>
    /// Disconnects a backend. Its failure is no reason to stop taking the rest away; what it said is returned, null where all went well.
    /// </summary>
    public static async Task<string?> DisconnectAsync(HostServices host, ScriptCall call, CancellationToken cancellation)
    {
        var result = await host.Scripts.RunAsync(call, host.Options.DeviceDestroyTimeout, cancellation).ConfigureAwait(false);
        return result.Outcome == ScriptOutcome.Succeeded ? null : $"{call}: {HotplugFailure.Describe(result)}";
    }

    /// <param name="address">The disk.</param>
    /// <param name="arguments">add or remove, and what the script takes beside.</param>
    /// <param name="script">The one that the backend's node names: another toolstack's disk may have one of its own (block-iscsi).</param>
    public static ScriptCall Block(DeviceAddress address, IReadOnlyList<string> arguments, string script) =>
        new(
            script,
            arguments,
            new Dictionary<string, string>
            {
                ["script"] = script,
                ["XENBUS_TYPE"] = "vbd",
                ["XENBUS_PATH"] = address.RelativeBackendPath,
                ["XENBUS_BASE_PATH"] = "backend",
            }
        );

    /// <param name="address">The interface.</param>
    /// <param name="verb">online or offline.</param>
    /// <param name="script">Its path.</param>
    /// <param name="arguments">
    /// Words of the configuration for it, blank separated: <c>netdev=eth1</c>. Stock scripts read each as a setting.
    /// </param>
    /// <param name="interfaceName">dom0's end.</param>
    public static ScriptCall Vif(DeviceAddress address, string verb, string script, string arguments, string interfaceName) =>
        new(
            script,
            [verb, "type_if=vif", .. Words(arguments)],
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
    public static ScriptCall Tap(DeviceAddress address, string verb, string script, string arguments, string interfaceName, string tap)
    {
        var vif = Vif(address, verb, script, arguments, interfaceName);
        return vif with
        {
            Arguments = [verb, "type_if=tap", .. Words(arguments)],
            Environment = new Dictionary<string, string>(vif.Environment) { ["INTERFACE"] = tap },
        };
    }

    private static string[] Words(string arguments) => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
