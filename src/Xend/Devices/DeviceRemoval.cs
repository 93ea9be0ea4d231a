using System.Globalization;
using Xend.Hotplug;
using XenStore;

namespace Xend.Devices;

/// <summary>A backend as it stands in xenstore, whoever made it.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Script">
/// The script that connected it; null where there is none, or where it never ran: disconnecting then only fails.
/// </param>
/// <param name="InterfaceName">vif only: the name of dom0's end.</param>
/// <param name="Emulated">vif only: whether there is an emulated card with a tap beside it.</param>
public sealed record FoundDevice(DeviceAddress Address, string? Script, string InterfaceName, bool Emulated = false);

/// <summary>
/// Takes the devices of a domain away that will not run again. Works from xenstore alone, so it serves crash recovery and foreign domains
/// too.
/// </summary>
public static class DeviceRemoval
{
    private const string Backends = "/local/domain/0/backend";

    /// <summary>A backend whose frontend is gone closes at once; one that does not is stuck.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Scripts of a daemon that died may still be at work on the domain's devices; taken away too early, these would be written back.
    /// </summary>
    public static Task LetEarlierScriptsEndAsync(HostServices host, uint domainId) => host.Scripts.EndOrphansAsync(domainId);

    /// <summary>All backends in dom0 that serve a domain.</summary>
    public static async Task<IReadOnlyList<FoundDevice>> FindAsync(HostServices host, uint domainId, CancellationToken cancellation)
    {
        var classes = await host.Store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [];
        var found = await Task.WhenAll(classes.Select(deviceClass => FindClassAsync(host, deviceClass, domainId, cancellation)))
            .ConfigureAwait(false);
        return [.. found.SelectMany(devices => devices)];
    }

    private static async Task<IReadOnlyList<FoundDevice>> FindClassAsync(
        HostServices host,
        string deviceClass,
        uint domainId,
        CancellationToken cancellation
    )
    {
        var ids = await host.Store.ListAsync($"{Backends}/{deviceClass}/{domainId}", cancellation).ConfigureAwait(false) ?? [];
        var found = new List<FoundDevice>();
        foreach (var id in ids)
        {
            if (!uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var deviceId))
            {
                continue;
            }
            var address = new DeviceAddress(deviceClass, domainId, deviceId);
            var values = await Task.WhenAll(
                    new[] { "script", "vifname", "hotplug-status", "node", "type" }.Select(key =>
                        host.Store.ReadAsync(address.BackendNode(key), cancellation)
                    )
                )
                .ConfigureAwait(false);
            var (script, name, status, node) = (values[0], values[1], values[2], values[3]);
            // The block script notes its loop device (node) before it says that the device is connected.
            var touched = !string.IsNullOrEmpty(status) || !string.IsNullOrEmpty(node);
            found.Add(
                new FoundDevice(
                    address,
                    touched && script is { Length: > 1 } && script[0] == '/' ? script : null,
                    string.IsNullOrEmpty(name) ? $"vif{domainId}.{deviceId}" : name,
                    values[4] == "vif_ioemu"
                )
            );
        }
        return found;
    }

    /// <summary>
    /// Closes one backend, runs its script, and removes both ends. Returns what went wrong on the way, null where nothing did.
    /// </summary>
    /// <remarks>
    /// With its frontend's directory gone a kernel backend that is not online closes by itself; waiting for the guest would be
    /// waiting for somebody who is dead, paused or hostile.
    /// </remarks>
    public static async Task<string?> RemoveAsync(HostServices host, FoundDevice device, CancellationToken cancellation)
    {
        var address = device.Address;
        var problems = new List<string>();
        await LetDriverNoticeAsync(host, address, cancellation).ConfigureAwait(false);
        var hasState = await CloseAsync(host, address, cancellation).ConfigureAwait(false);
        if (hasState && address.Class is "vbd" or "vif")
        {
            try
            {
                await NodeWait
                    .ForAsync(host, address.BackendNode("state"), state => state is null or "6" or "0", CloseLimit, cancellation)
                    .ConfigureAwait(false);
            }
            catch (TimeoutException timeout)
            {
                problems.Add($"{address}: the backend did not close: {timeout.Message}");
            }
        }
        foreach (var call in Scripts(device))
        {
            if (await BackendScript.DisconnectAsync(host, call, cancellation).ConfigureAwait(false) is { } complaint)
            {
                problems.Add(complaint);
            }
        }
        await host.Store.RemoveAsync(address.BackendPath, cancellation).ConfigureAwait(false);
        return problems.Count == 0 ? null : string.Join('\n', problems);
    }

    /// <summary>
    /// A backend that vanishes while its driver is at work on it makes the driver write an error into dom0's own directory.
    /// </summary>
    private static async Task LetDriverNoticeAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        if (address.Class is not ("vbd" or "vif"))
        {
            return;
        }
        try
        {
            await NodeWait
                .ForAsync(
                    host,
                    address.BackendNode("state"),
                    state => state != DeviceNodes.State(XenbusState.Initialising),
                    NoticeLimit,
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // No such driver; then nobody is disturbed.
        }
    }

    /// <summary>Removes whatever devices a domain has. Returns what went wrong on the way.</summary>
    public static async Task<IReadOnlyList<string>> RemoveAllAsync(HostServices host, uint domainId, CancellationToken cancellation)
    {
        var devices = await FindAsync(host, domainId, cancellation).ConfigureAwait(false);
        var complaints = await Task.WhenAll(devices.Select(device => RemoveAsync(host, device, cancellation))).ConfigureAwait(false);
        await RemoveDirectoriesAsync(host, domainId, cancellation).ConfigureAwait(false);
        return [.. complaints.OfType<string>()];
    }

    /// <summary>
    /// Removes the directories that a domain's backends leave behind, one a class: left there, they would add up to xenstored's quota.
    /// </summary>
    public static async Task RemoveDirectoriesAsync(HostServices host, uint domainId, CancellationToken cancellation)
    {
        var classes = await host.Store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [];
        await Task.WhenAll(
                classes.SelectMany(deviceClass =>
                    new[]
                    {
                        host.Store.RemoveAsync($"{Backends}/{deviceClass}/{domainId}", cancellation),
                        host.Store.RemoveAsync($"/local/domain/0/error/backend/{deviceClass}/{domainId}", cancellation),
                    }
                )
            )
            .ConfigureAwait(false);
    }

    private static Task<bool> CloseAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        host.Store.TransactAsync(
            async store =>
            {
                var state = await store.ReadAsync(address.BackendNode("state"), cancellation).ConfigureAwait(false);
                if (state is not null)
                {
                    await store.WriteAsync(address.BackendNode("online"), "0", cancellation).ConfigureAwait(false);
                    if (state != DeviceNodes.State(XenbusState.Closed))
                    {
                        await store
                            .WriteAsync(address.BackendNode("state"), DeviceNodes.State(XenbusState.Closing), cancellation)
                            .ConfigureAwait(false);
                    }
                }
                await store.RemoveAsync(address.FrontendPath, cancellation).ConfigureAwait(false);
                return state is not null;
            },
            cancellation
        );

    private static IEnumerable<ScriptCall> Scripts(FoundDevice device) =>
        device switch
        {
            { Script: null } => [],
            { Address.Class: "vbd" } => [BackendScript.Block(device.Address, "remove")],
            // The tap has gone with the device model, and from its bridge; but other scripts may have more to take away (a port of a
            // switch).
            { Address.Class: "vif", Emulated: true } when !device.Script.EndsWith("/vif-bridge", StringComparison.Ordinal) =>
            [
                BackendScript.Tap(
                    device.Address,
                    "remove",
                    device.Script,
                    device.InterfaceName,
                    VifConfig.TapName(device.Address.DomainId, device.Address.DeviceId)
                ),
                BackendScript.Vif(device.Address, "offline", device.Script, device.InterfaceName),
            ],
            { Address.Class: "vif" } => [BackendScript.Vif(device.Address, "offline", device.Script, device.InterfaceName)],
            _ => [],
        };
}
