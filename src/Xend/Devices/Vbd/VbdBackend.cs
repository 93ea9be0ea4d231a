using Xend.Host;
using Xend.Hotplug;

namespace Xend.Devices;

/// <summary>
/// Disks. Dom0's kernel serves them, connected by a block script; the CD drives of HVM guests, and raw files of other toolstacks, are
/// served by the device model (qdisk).
/// </summary>
public sealed class VbdBackend : BackendClass<VbdConfig>
{
    private const string Kernel = "vbd";
    private const string DeviceModel = "qdisk";

    public override string Name => "vbd";

    public override IReadOnlyList<string> Directories { get; } = [Kernel, DeviceModel, "tap"];

    public override bool SaysConnected => true;

    protected override bool NeedsDeviceModel(VbdConfig config, GuestType type) => false;

    protected override IDevice Make(VbdConfig config, DomainConfig domain) =>
        IsDrive(config, domain.Type) ? new CdDevice(config) : new VbdDevice(config);

    /// <summary>The emulated buses know no coming and going; PV drivers do.</summary>
    public override IDevice MakeForRunning(DeviceConfig config) => new VbdDevice((VbdConfig)config);

    protected override IEnumerable<Hold> Holds(VbdConfig config, string domain, IHostDevices host)
    {
        if (config.Source is { } source && host.Stat(source.Path)?.Disk is { } disk)
        {
            yield return new DiskHold(disk, domain, config.Name, config.Mode);
        }
    }

    public override async Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    )
    {
        var holds = new List<Hold>();
        foreach (var directory in new[] { Kernel, DeviceModel })
        {
            var backends = $"/local/domain/0/backend/{directory}";
            foreach (var domain in await host.Store.ListAsync(backends, cancellation).ConfigureAwait(false) ?? [])
            {
                if (uint.TryParse(domain, out var id) && nameOf(id) is { } name)
                {
                    holds.AddRange(await FindHoldsOfAsync(host, $"{backends}/{domain}", name, cancellation).ConfigureAwait(false));
                }
            }
        }
        return holds;
    }

    public override async Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var scripts = await ScriptsAsync(host, address, cancellation).ConfigureAwait(false);
        return await BackendEnd.UnplugAsync(host, address, address.Class == Kernel, scripts, cancellation).ConfigureAwait(false);
    }

    public override async Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var scripts = await ScriptsAsync(host, address, cancellation).ConfigureAwait(false);
        return await BackendEnd.RemoveAsync(host, address, address.Class == Kernel, scripts, cancellation).ConfigureAwait(false);
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
    ) =>
        address.Class == Kernel && await BackendEnd.ScriptOfAsync(host, address, cancellation).ConfigureAwait(false) is { } script
            ? [BackendScript.Block(address, "remove", script)]
            : [];

    private static bool IsDrive(VbdConfig config, GuestType type) => config.IsCdrom && type == GuestType.Hvm;

    private static async Task<IReadOnlyList<DiskHold>> FindHoldsOfAsync(
        HostServices host,
        string directory,
        string name,
        CancellationToken cancellation
    )
    {
        const string Raw = "aio:";
        string[] keys = ["params", "mode", "dev"];
        var holds = new List<DiskHold>();
        foreach (var device in await host.Store.ListAsync(directory, cancellation).ConfigureAwait(false) ?? [])
        {
            var values = await Task.WhenAll(keys.Select(key => host.Store.ReadAsync($"{directory}/{device}/{key}", cancellation)))
                .ConfigureAwait(false);
            var path =
                values[0] is { } parameters && parameters.StartsWith(Raw, StringComparison.Ordinal) ? parameters[Raw.Length..] : values[0];
            if (path is { Length: > 0 } && host.Devices.Stat(path)?.Disk is { } disk)
            {
                holds.Add(new DiskHold(disk, name, values[2] ?? device, values[1] ?? "w"));
            }
        }
        return holds;
    }
}
