using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>Takes away what a guest's devices left on the host, by the tools that an administrator would use.</summary>
public static class HostLeftovers
{
    /// <summary>Frees a loop device. Returns why it could not, null where it did.</summary>
    public static Task<string?> DetachLoopAsync(HostServices host, string device, CancellationToken cancellation) =>
        RunAsync(host, new ScriptCall("/sbin/losetup", ["-d", device], new Dictionary<string, string>()), cancellation);

    /// <summary>Removes a network interface. Returns why it could not, null where it did.</summary>
    public static Task<string?> DeleteInterfaceAsync(HostServices host, string name, CancellationToken cancellation) =>
        RunAsync(host, new ScriptCall("/sbin/ip", ["link", "delete", "dev", name], new Dictionary<string, string>()), cancellation);

    private static async Task<string?> RunAsync(HostServices host, ScriptCall call, CancellationToken cancellation)
    {
        var result = await host.Scripts.RunAsync(call, host.Options.DeviceDestroyTimeout, cancellation).ConfigureAwait(false);
        return result.Outcome == ScriptOutcome.Succeeded
            ? null
            : $"{call}: {(result.LastLines(1) is { Length: > 0 } line ? line : result.Outcome.ToString())}";
    }
}
