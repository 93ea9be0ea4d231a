using Xend.Host;
using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>
/// Disks. Dom0's kernel serves raw ones, connected by a block script; images of other formats, the CD drives of HVM guests, and raw files
/// of other toolstacks are served by the device model (qdisk).
/// </summary>
public sealed class VbdBackend : BackendClass<VbdConfig>
{
    private const string Kernel = "vbd";
    private const string DeviceModel = "qdisk";

    public override string Name => "vbd";

    public override IReadOnlyList<string> Directories { get; } = [Kernel, DeviceModel, "tap"];

    public override bool SaysConnected => true;

    public override string HintAt(string server) => $"No backend driver took it: is xen-blkback loaded in {server}?";

    protected override bool NeedsDeviceModel(VbdConfig config, GuestType type) => IsImage(config);

    protected override IDevice Make(VbdConfig config, DomainConfig domain) =>
        IsDrive(config, domain.Type) ? new CdDevice(config)
        : IsImage(config) ? new ImageDevice(config)
        : new VbdDevice(config);

    /// <summary>For PV drivers; what the emulated buses carry is the device model's.</summary>
    public override IDevice? MakeForRunning(DeviceConfig config) =>
        config is VbdConfig disk && IsImage(disk) ? new ImageDevice(disk, isServed: true) : new VbdDevice((VbdConfig)config);

    public override string DirectoryOf(DeviceConfig config, GuestType type) =>
        config is VbdConfig disk && (IsDrive(disk, type) || IsImage(disk)) ? DeviceModel : Kernel;

    public override bool HasScript(string directory) => directory == Kernel;

    protected override IEnumerable<Hold> Holds(VbdConfig config, string domain, IHostDevices host)
    {
        return config.Source is not { } source ? []
            : config.IsOfDriverDomain
                ? [new DiskHold(DiskData.Elsewhere(config, source).Disk, domain, config.Name, config.Mode, IsBelow: false)]
            : DiskData.Holds(source, config.Mode, domain, config.Name, host);
    }

    public override async Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    )
    {
        string[] keys = ["params", "mode", "dev", "script"];
        var holds = new List<Hold>();
        foreach (
            var (address, name) in await ForeignDevices.FindAsync(host, [Kernel, DeviceModel], nameOf, cancellation).ConfigureAwait(false)
        )
        {
            var values = await Task.WhenAll(keys.Select(key => host.Store.ReadAsync(address.BackendNode(key), cancellation)))
                .ConfigureAwait(false);
            if (SourceOf(values[0] ?? "", values[3]) is { } source)
            {
                holds.AddRange(DiskData.Holds(source, values[1] ?? "w", name, values[2] ?? $"{address.DeviceId}", host.Devices));
            }
        }
        return holds;
    }

    public override async Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var scripts = await ScriptsAsync(host, address, cancellation).ConfigureAwait(false);
        return await BackendEnd.UnplugAsync(host, address, ServerOf(address), scripts, cancellation).ConfigureAwait(false);
    }

    public override async Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var scripts = await ScriptsAsync(host, address, cancellation).ConfigureAwait(false);
        return await BackendEnd.RemoveAsync(host, address, ServerOf(address), scripts, cancellation).ConfigureAwait(false);
    }

    /// <summary>What may change while the guest runs is the disc in a drive.</summary>
    protected override async Task<string?> SettleAsync(
        HostServices host,
        VbdConfig config,
        DeviceOwner owner,
        CancellationToken cancellation
    )
    {
        if (!IsDrive(config, owner.Type))
        {
            return null;
        }
        var complaint = await DiscOrders.SettleAsync(host, owner, config).ConfigureAwait(false);
        await DiscOrders.NoteAsync(host, owner, config, cancellation).ConfigureAwait(false);
        return complaint;
    }

    /// <summary>The script that its node names: whoever connected the disk may have used another than the stock one.</summary>
    private static async Task<IReadOnlyList<ScriptCall>> ScriptsAsync(
        HostServices host,
        DeviceAddress address,
        CancellationToken cancellation
    )
    {
        if (
            address.Class != Kernel
            || await BackendEnd.ScriptOfAsync(host, address, static _ => false, cancellation).ConfigureAwait(false) is not { } script
        )
        {
            return [];
        }
        // Scripts of old are told the device that they connected: block-nbd remove /dev/nbd0.
        var device =
            script == BackendScript.StockBlock
                ? null
                : await host.Store.ReadAsync(address.BackendNode("physical-device-path"), cancellation).ConfigureAwait(false);
        return [BackendScript.Block(address, string.IsNullOrEmpty(device) ? ["remove"] : ["remove", device], script)];
    }

    private static BackendServer ServerOf(DeviceAddress address) =>
        address.Class switch
        {
            Kernel => BackendServer.Kernel,
            DeviceModel => BackendServer.DeviceModel,
            _ => BackendServer.None,
        };

    private static bool IsImage(VbdConfig config) => config.Source is { Format: not DiskFormat.Raw };

    private static bool IsDrive(VbdConfig config, GuestType type) => config.IsCdrom && type == GuestType.Hvm;

    /// <summary>What a backend's nodes say that it serves: a path, DRIVER:PATH of the device model's, or a script's words.</summary>
    private static BlockSource? SourceOf(string parameters, string? script)
    {
        const string Other = BackendScript.StockBlock + "-";
        if (parameters.Length == 0)
        {
            return null;
        }
        if (script is not null && script.StartsWith(Other, StringComparison.Ordinal))
        {
            return new BlockSource(parameters, Script: script[Other.Length..]);
        }
        var colon = parameters[0] == '/' ? -1 : parameters.IndexOf(':');
        var path = parameters[(colon + 1)..];
        var format = colon >= 0 && parameters[..colon] == DiskFormat.Qcow2.DriverOf() ? DiskFormat.Qcow2 : DiskFormat.Raw;
        return path.Length == 0 ? null : new BlockSource(path, format);
    }
}
