using System.Collections.Immutable;
using Xend.Host;

namespace Xend.Devices;

/// <summary>SCSI passthrough. Dom0's xen-scsiback serves devices of which LIO has targets, and those are ours to make.</summary>
public sealed class VscsiBackend : BackendClass<VscsiConfig>
{
    public override string Name => VscsiConfig.ClassName;

    public override IReadOnlyList<string> Directories { get; } = [VscsiConfig.ClassName];

    public override bool SaysConnected => true;

    public override IDevice MakeForRunning(DeviceConfig config) => new VscsiDevice((VscsiConfig)config);

    protected override bool NeedsDeviceModel(VscsiConfig config, GuestType type) => false;

    protected override IDevice Make(VscsiConfig config, DomainConfig domain) => new VscsiDevice(config);

    /// <summary>The device, and its disk, which another guest could be given by its name.</summary>
    protected override IEnumerable<Hold> Holds(VscsiConfig config, string domain, IHostDevices host)
    {
        var present = host.ScsiDevices();
        foreach (var unit in config.Units)
        {
            yield return new ScsiHold(unit.Physical, domain);
            if (present.FirstOrDefault(device => device.Address == unit.Physical)?.Disk is { } disk)
            {
                yield return new DiskHold(disk, domain, ScsiCheck.Label(unit), "w");
            }
        }
    }

    /// <summary>No other toolstack has the class; a target that somebody made by hand is found as such.</summary>
    public override Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    ) => Task.FromResult<IReadOnlyList<Hold>>([]);

    /// <summary>A daemon that died after it made targets, and before it wrote nodes, left these alone.</summary>
    public override IEnumerable<DeviceAddress> FindWithoutNodes(HostServices host, uint domainId) =>
        host
            .Scsi.All()
            .Where(target => target.DomainId == domainId)
            .Select(target => new DeviceAddress(Name, domainId, target.DeviceId))
            .Distinct();

    /// <summary>A guest that has never taken the adapter up has nothing to let go of, and nothing in it would answer.</summary>
    public override async Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var state = await host.Store.ReadAsync(address.BackendNode("state"), cancellation).ConfigureAwait(false);
        if (state == DeviceNodes.State(XenbusState.InitWait))
        {
            var trouble = await ForceOffAsync(host, address, CancellationToken.None).ConfigureAwait(false);
            await DeviceNodes.RemoveIndexAsync(host.Store, address, CancellationToken.None).ConfigureAwait(false);
            return trouble;
        }
        var complaint = await BackendEnd.UnplugAsync(host, address, BackendServer.Kernel, [], cancellation).ConfigureAwait(false);
        return Joined(complaint, await GuestScsi.RemoveAsync(host, GuestScsi.Of(host, address)).ConfigureAwait(false));
    }

    public override async Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var complaint = await BackendEnd.RemoveAsync(host, address, BackendServer.Kernel, [], cancellation).ConfigureAwait(false);
        return Joined(complaint, await GuestScsi.RemoveAsync(host, GuestScsi.Of(host, address)).ConfigureAwait(false));
    }

    /// <summary>Takes units from a guest that keeps others.</summary>
    /// <returns>What went wrong on the way; null where nothing did.</returns>
    /// <exception cref="XendError">The guest keeps them; everything is as before.</exception>
    internal static async Task<string?> UnplugAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyCollection<ScsiAddress> units,
        CancellationToken cancellation
    )
    {
        await ScsiReconfiguration.LetGoAsync(host, address, units, cancellation).ConfigureAwait(false);
        return await ForgetAsync(host, address, units).ConfigureAwait(false);
    }

    /// <summary>Takes away what is left of units that no driver has: the target, then the nodes that tell of it.</summary>
    internal static async Task<string?> ForgetAsync(HostServices host, DeviceAddress address, IReadOnlyCollection<ScsiAddress> units)
    {
        var entries = await ScsiNodes.ReadAsync(host.Store, address, CancellationToken.None).ConfigureAwait(false);
        var numbers = entries.Where(entry => units.Contains(entry.Virtual)).Select(entry => entry.Number).ToHashSet();
        var targets = GuestScsi.Of(host, address).Where(target => numbers.Contains(target.Number));
        var complaint = await GuestScsi.RemoveAsync(host, targets).ConfigureAwait(false);
        await ScsiReconfiguration.ForgetAsync(host, address, units).ConfigureAwait(false);
        return complaint;
    }

    /// <summary>Nothing of it changes but by coming and going.</summary>
    protected override Task<string?> SettleAsync(
        HostServices host,
        VscsiConfig config,
        DeviceOwner owner,
        CancellationToken cancellation
    ) => Task.FromResult<string?>(null);

    /// <summary>Units that came or went when a daemon died: those with nodes and a target that are not about to go are whole.</summary>
    public override async Task<DeviceConfig?> SettlePartsAsync(
        HostServices host,
        DeviceConfig config,
        DeviceAddress address,
        bool isServed,
        CancellationToken cancellation
    )
    {
        var device = (VscsiConfig)config;
        if (!isServed)
        {
            return null;
        }
        var isAtWork = await ScsiReconfiguration.SettleAsync(host, address, cancellation).ConfigureAwait(false);
        var targets = GuestScsi.Of(host, address);
        var entries = await ScsiNodes.ReadAsync(host.Store, address, cancellation).ConfigureAwait(false);
        var whole = entries
            .Where(entry => (entry.IsServed || (entry.IsNew && !isAtWork)) && targets.Any(target => target.Number == entry.Number))
            .ToList();
        await ForgetAsync(host, address, [.. entries.Except(whole).Select(entry => entry.Virtual)]).ConfigureAwait(false);
        await GuestScsi
            .RemoveAsync(host, targets.Where(target => entries.All(entry => entry.Number != target.Number)))
            .ConfigureAwait(false);
        var configured = device.Units.Select(unit => unit.Virtual).ToList();
        if (whole.Select(entry => entry.Virtual).Except(configured).ToList() is { Count: > 0 } unwanted)
        {
            await UnplugAsync(host, address, unwanted, cancellation).ConfigureAwait(false);
        }
        var left = device.Units.Where(unit => whole.Any(entry => entry.Virtual == unit.Virtual)).ToImmutableArray();
        return left.Length == device.Units.Length ? device
            : left.IsEmpty ? null
            : device with { Units = left };
    }

    private static string? Joined(string? one, string? other) =>
        one is null ? other
        : other is null ? one
        : $"{one}\n{other}";
}
