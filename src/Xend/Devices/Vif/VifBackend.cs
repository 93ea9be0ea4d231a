using Xend.Host;
using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>Network interfaces. Dom0's kernel serves them, connected by a vif script.</summary>
public sealed class VifBackend : BackendClass<VifConfig>
{
    public override string Name => "vif";

    public override IReadOnlyList<string> Directories { get; } = ["vif"];

    public override bool SaysConnected => true;

    public override string HintAt(string server) => $"No backend driver took it: is xen-netback loaded in {server}?";

    protected override bool NeedsDeviceModel(VifConfig config, GuestType type) => false;

    protected override IDevice Make(VifConfig config, DomainConfig domain) => new VifDevice(config, config.IsEmulatedFor(domain.Type));

    /// <summary>An emulated card would need a slot of a bus; PV drivers do not.</summary>
    public override IDevice MakeForRunning(DeviceConfig config) => new VifDevice((VifConfig)config, hasTap: false);

    protected override IEnumerable<Hold> Holds(VifConfig config, string domain, IHostDevices host) =>
        HoldsOf(config.Mac, config.IsOfDriverDomain ? "" : config.Name, domain);

    public override async Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    )
    {
        var holds = new List<Hold>();
        foreach (var (address, name) in await ForeignDevices.FindAsync(host, Directories, nameOf, cancellation).ConfigureAwait(false))
        {
            var mac = await host.Store.ReadAsync(address.BackendNode("mac"), cancellation).ConfigureAwait(false);
            var interfaceName = await host.Store.ReadAsync(address.BackendNode("vifname"), cancellation).ConfigureAwait(false);
            holds.AddRange(HoldsOf(mac, interfaceName, name));
        }
        return holds;
    }

    private static IEnumerable<Hold> HoldsOf(string? mac, string? name, string domain)
    {
        if (!string.IsNullOrEmpty(mac))
        {
            yield return new MacHold(mac.ToLowerInvariant(), domain);
        }
        if (!string.IsNullOrEmpty(name))
        {
            yield return new InterfaceNameHold(name, domain);
        }
    }

    public override async Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        // netback forgets the script's status when it closes.
        var scripts = await ScriptsAsync(host, address, cancellation).ConfigureAwait(false);
        return await BackendEnd.UnplugAsync(host, address, BackendServer.Kernel, scripts, cancellation).ConfigureAwait(false);
    }

    public override async Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var scripts = await ScriptsAsync(host, address, cancellation).ConfigureAwait(false);
        return await BackendEnd.RemoveAsync(host, address, BackendServer.Kernel, scripts, cancellation).ConfigureAwait(false);
    }

    /// <summary>Nothing of an interface changes while the guest runs.</summary>
    protected override Task<string?> SettleAsync(HostServices host, VifConfig config, DeviceOwner owner, CancellationToken cancellation) =>
        Task.FromResult<string?>(null);

    private static async Task<IReadOnlyList<ScriptCall>> ScriptsAsync(
        HostServices host,
        DeviceAddress address,
        CancellationToken cancellation
    )
    {
        // What vif-bridge did goes with the interface. Others note it elsewhere, as early as they can: a port of a switch.
        if (
            await BackendEnd.ScriptOfAsync(host, address, path => !BackendScript.IsVifBridge(path), cancellation).ConfigureAwait(false)
            is not { } script
        )
        {
            return [];
        }
        var given = await host.Store.ReadAsync(address.BackendNode("vifname"), cancellation).ConfigureAwait(false);
        var type = await host.Store.ReadAsync(address.BackendNode("type"), cancellation).ConfigureAwait(false);
        var arguments = await host.Store.ReadAsync(address.BackendNode(VifDevice.ArgumentsNode), cancellation).ConfigureAwait(false) ?? "";
        var name = string.IsNullOrEmpty(given) ? $"vif{address.DomainId}.{address.DeviceId}" : given;
        var offline = BackendScript.Vif(address, "offline", script, arguments, name);
        // The tap has gone with the device model, and from its bridge; but other scripts may have more to take away (a port of a switch).
        return type == "vif_ioemu" && !BackendScript.IsVifBridge(script)
            ?
            [
                BackendScript.Tap(address, "remove", script, arguments, name, VifConfig.TapName(address.DomainId, address.DeviceId)),
                offline,
            ]
            : [offline];
    }
}
