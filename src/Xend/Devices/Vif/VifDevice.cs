using System.Globalization;
using Xend.Hypervisor;
using XenStore;

namespace Xend.Devices;

/// <summary>A network interface served by the kernel's network backend and connected by a vif script.</summary>
/// <param name="config">The interface.</param>
/// <param name="hasTap">Whether the guest sees an emulated card too, which has a tap of its own.</param>
public sealed class VifDevice(VifConfig config, bool hasTap) : IDevice
{
    /// <summary>
    /// Of the backend: the words behind the script's name, for when it disconnects. The script's own node is a path and no more, because
    /// other tools run what it says.
    /// </summary>
    internal const string ArgumentsNode = "script-arguments";

    public DeviceConfig Config => config;

    public string Label => $"interface {config.Id}";

    public bool HasTap => hasTap;

    public void CheckElsewhere(HostServices host, OtherHolds others)
    {
        if (others.HolderOfMac(config.Mac) is { } holder)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"Device {config.Id} (vif) could not be connected. Domain {holder} has an interface with the address {config.Mac}.",
                hint: "Give each interface its own mac=, or none."
            );
        }
    }

    public void Check(HostServices host, OtherHolds others)
    {
        if (host.Devices.Stat(config.Script) is null)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Device {config.Id} (vif) could not be connected. The script {config.Script} does not exist.",
                hint: "Name one of /etc/xen/scripts: vif-bridge, vif-route, vif-nat, vif-openvswitch."
            );
        }
        if (config.Bridge.Length > 0 && BackendScript.IsVifBridge(config.Script) && !host.Devices.IsBridge(config.Bridge))
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Device {config.Id} (vif) could not be connected. Bridge '{config.Bridge}' does not exist.",
                host.Devices.InterfaceExists(config.Bridge)
                    ? $"There is an interface {config.Bridge}, but it is not a bridge."
                    : BridgesInWords(host.Devices.Bridges()),
                $"Make the bridge (ip link add {config.Bridge} type bridge), or change bridge= in the guest's vif line."
            );
        }
        CheckElsewhere(host, others);
        if (config.Name.Length > 0 && others.HolderOfInterfaceName(config.Name) is { } namesake)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"Device {config.Id} (vif) could not be connected. Domain {namesake} has an interface of the name {config.Name}.",
                hint: "Give each interface its own vifname=, or none."
            );
        }
        if (config.Name.Length > 0 && host.Devices.InterfaceExists(config.Name))
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"Device {config.Id} (vif) could not be connected. There is an interface {config.Name} already (vifname)."
            );
        }
    }

    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var handle = config.Id.ToString(CultureInfo.InvariantCulture);
        List<(string, string)> backend =
        [
            ("handle", handle),
            ("mac", config.Mac),
            ("script", config.Script),
            ("uuid", config.Uuid.ToString()),
            ("type", hasTap ? "vif_ioemu" : "vif"),
            // Present and empty: netback then stays unconnected until the script says connected.
            ("hotplug-status", ""),
        ];
        (string, string)[] optional =
        [
            ("bridge", Bridge),
            ("ip", config.Ip),
            ("vifname", config.Name),
            ("rate", config.Rate),
            (ArgumentsNode, config.ScriptArguments),
        ];
        foreach (var (key, value) in optional)
        {
            if (value.Length > 0)
            {
                backend.Add((key, value));
            }
        }
        var address = owner.AddressOf("vif", config.Id);
        var written = DeviceNodes.WriteAsync(store, address, owner, backend, [("handle", handle), ("mac", config.Mac)], cancellation);
        return address.IsOfDriverDomain ? Task.WhenAll(written, LetScriptSetMtuAsync(store, address, cancellation)) : written;
    }

    /// <summary>
    /// vif-bridge tells the guest its MTU, in the guest's own directory (set_mtu in xen-network-common.sh): in a driver domain it fails
    /// where it may not.
    /// </summary>
    private static Task LetScriptSetMtuAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation)
    {
        var node = $"{address.FrontendPath}/mtu";
        return Task.WhenAll(
            store.WriteAsync(node, "1500", cancellation),
            store.SetPermissionsAsync(
                node,
                new([
                    new XenStorePermission(address.DomainId, XenStoreAccess.None),
                    new XenStorePermission(address.BackendDomainId, XenStoreAccess.Both),
                ]),
                cancellation
            )
        );
    }

    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = owner.AddressOf("vif", config.Id);
        await BackendDriver.WaitUntilReadyAsync(host, address, Label, "xen-netback", cancellation).ConfigureAwait(false);
        var name = $"vif{owner.DomainId}.{config.Id}";
        await WaitForInterfaceAsync(host, address, name, "backend driver", cancellation).ConfigureAwait(false);
        try
        {
            await BackendScript
                .ConnectAsync(
                    host,
                    address,
                    Label,
                    BackendScript.Vif(address, "online", config.Script, config.ScriptArguments, name),
                    cancellation
                )
                .ConfigureAwait(false);
        }
        finally
        {
            if (MisplacedDirectory(config.Name) is { } misplaced)
            {
                await host.Store.RemoveAsync(misplaced, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// vif-bridge of Xen 4.15 and later tells the guest its MTU, and reads which guest that is out of the interface's name, whatever that
    /// is: of <c>web0</c> it writes /local/domain/web0/device/vif/web0/mtu (set_mtu in xen-network-common.sh).
    /// </summary>
    /// <returns>A directory that is no domain's; null where the name gives none.</returns>
    private static string? MisplacedDirectory(string name)
    {
        var rest = name.StartsWith("vif", StringComparison.Ordinal) ? name[3..] : name;
        var domain = rest.Contains('.') ? rest[..rest.LastIndexOf('.')] : rest;
        return domain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && !domain.All(char.IsAsciiDigit)
            ? $"/local/domain/{domain}"
            : null;
    }

    /// <summary>Connects the tap of the emulated card, which the device model has made, by the same script.</summary>
    public async Task ConnectTapAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = owner.AddressOf("vif", config.Id);
        var tap = VifConfig.TapName(owner.DomainId, config.Id);
        await WaitForInterfaceAsync(host, address, tap, "device model", cancellation).ConfigureAwait(false);
        await BackendScript
            .ConnectAsync(
                host,
                address,
                Label,
                BackendScript.Tap(address, "add", config.Script, config.ScriptArguments, $"vif{owner.DomainId}.{config.Id}", tap),
                cancellation
            )
            .ConfigureAwait(false);
    }

    /// <summary>The words after the script's name may name the bridge: <c>vif-bridge bridge=xenbr1</c>.</summary>
    private string Bridge =>
        config.Bridge.Length > 0
            ? config.Bridge
            : config
                .ScriptArguments.Split(' ')
                .FirstOrDefault(word => word.StartsWith("bridge=", StringComparison.Ordinal))
                ?["bridge=".Length..]
                ?? "";

    // netback goes to InitWait just before it makes the interface, so the state alone does not tell that the script can find it.
    private async Task WaitForInterfaceAsync(
        HostServices host,
        DeviceAddress address,
        string name,
        string maker,
        CancellationToken cancellation
    )
    {
        var start = host.Clock.GetTimestamp();
        while (!host.Devices.InterfaceExists(name))
        {
            if (host.Clock.GetElapsedTime(start) > host.Options.DeviceCreateTimeout)
            {
                throw HotplugFailure.OfBackend(
                    address,
                    $"{Label}: the {maker} made no interface {name} within {host.Options.DeviceCreateTimeout.TotalSeconds:0} s.",
                    await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false),
                    "See dmesg in dom0."
                );
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), host.Clock, cancellation).ConfigureAwait(false);
        }
    }

    private static string BridgesInWords(IReadOnlyList<string> bridges) =>
        bridges.Count switch
        {
            0 => "The host has no bridge at all.",
            _ => $"The host has: {string.Join(", ", bridges)}.",
        };
}
