using System.Collections.Immutable;
using Xend.Host;

namespace Xend.Devices;

/// <summary>PCI passthrough. Dom0's xen-pciback has the devices and serves them; what the guest may reach is Xen's to allow.</summary>
public sealed class PciBackend : BackendClass<PciConfig>
{
    public override string Name => PciConfig.ClassName;

    public override IReadOnlyList<string> Directories { get; } = [PciConfig.ClassName];

    public override bool SaysConnected => true;

    protected override bool NeedsDeviceModel(PciConfig config, GuestType type) => false;

    protected override IDevice Make(PciConfig config, DomainConfig domain) =>
        new PciDevice(config) { ComesLast = PciBus.Of(domain.Type).NeedsDeviceModel };

    public override IDevice MakeForRunning(DeviceConfig config) => new PciDevice((PciConfig)config);

    protected override IEnumerable<Hold> Holds(PciConfig config, string domain, IHostDevices host) =>
        config.Functions.Select(function => new PciHold(function.Address, domain));

    public override async Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    ) =>
        [
            .. (await PciNodes.AllAsync(host.Store, cancellation).ConfigureAwait(false)).SelectMany(function =>
                function.Select(nameOf).OfType<string>().Select(name => new PciHold(function.Key, name))
            ),
        ];

    /// <summary>
    /// What Xen allows is taken back when the guest has let go, and before the nodes that tell of it are removed: whoever comes after a
    /// daemon that died in between finds them.
    /// </summary>
    public override async Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        string? refused = null;
        var complaint = await BackendEnd
            .UnplugAsync(host, address, BackendServer.Kernel, [], cancellation, onceClosed: async () =>
                refused = await RevokeAllAsync(host, address, CancellationToken.None).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        return Joined(refused, complaint);
    }

    /// <summary>
    /// A guest that was not asked may be at work on it: what Xen allows is taken back first of all. Of what that would not keep from the
    /// guest, all stays until it ends.
    /// </summary>
    public override async Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var functions = (await PciNodes.ReadAsync(host.Store, address, cancellation).ConfigureAwait(false))
            .Select(entry => entry.Function)
            .ToList();
        var held = await PciBus.Of(host, address.DomainId).HeldAsync(host, address.DomainId, functions, cancellation).ConfigureAwait(false);
        if (held.Count > 0)
        {
            return PciBus.Keeps(held);
        }
        var refused = await RevokeAllAsync(host, address, cancellation).ConfigureAwait(false);
        return Joined(refused, await BackendEnd.RemoveAsync(host, address, BackendServer.Kernel, [], cancellation).ConfigureAwait(false));
    }

    /// <summary>Takes functions from a guest that keeps others.</summary>
    /// <returns>What Xen refused to take back; null where it is all taken.</returns>
    /// <exception cref="XendError">The guest keeps them; everything is as before.</exception>
    internal static async Task<string?> UnplugAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    )
    {
        var bus = PciBus.Of(host, address.DomainId);
        var complaint = await bus.LetGoAsync(host, address, functions, cancellation).ConfigureAwait(false);
        return Joined(await FinishAsync(host, address, functions).ConfigureAwait(false), complaint);
    }

    /// <summary>Nothing of it changes but by coming and going.</summary>
    protected override Task<string?> SettleAsync(HostServices host, PciConfig config, DeviceOwner owner, CancellationToken cancellation) =>
        Task.FromResult<string?>(null);

    /// <summary>Functions that came or went when a daemon died: those that pciback serves and the configuration has are whole.</summary>
    public override async Task<DeviceConfig?> SettlePartsAsync(
        HostServices host,
        DeviceConfig config,
        DeviceAddress address,
        bool isServed,
        CancellationToken cancellation
    )
    {
        var device = (PciConfig)config;
        var configured = device.Functions.Select(function => function.Address).ToList();
        var bus = PciBus.Of(host, address.DomainId);
        if (!isServed)
        {
            await bus.TakeAsync(host, address.DomainId, configured, cancellation).ConfigureAwait(false);
            // They may have been given before there were nodes to tell of it.
            PciGrants.Revoke(host, address.DomainId, configured, []);
            return null;
        }
        await PciReconfiguration.SettleAsync(host, address, cancellation).ConfigureAwait(false);
        var entries = await PciNodes.ReadAsync(host.Store, address, cancellation).ConfigureAwait(false);
        var served = entries.Where(entry => entry.IsServed).Select(entry => entry.Function).ToHashSet();
        var shown = await bus.ShownAsync(host, address.DomainId, served, cancellation).ConfigureAwait(false);
        var known = configured.Concat(entries.Select(entry => entry.Function)).ToHashSet();
        var gone = known.Except(served).ToList();
        if (gone.Count > 0)
        {
            await bus.TakeAsync(host, address.DomainId, gone, cancellation).ConfigureAwait(false);
            await FinishAsync(host, address, gone).ConfigureAwait(false);
        }
        // What nobody wants, and what pciback has of late, or still, without the guest.
        if (served.Where(function => !shown.Contains(function) || !configured.Contains(function)).ToList() is { Count: > 0 } unwanted)
        {
            await bus.TakeAsync(host, address.DomainId, unwanted, cancellation).ConfigureAwait(false);
            await UnplugAsync(host, address, unwanted, cancellation).ConfigureAwait(false);
        }
        var left = device.Functions.Where(function => shown.Contains(function.Address)).ToImmutableArray();
        return left.Length == device.Functions.Length ? device
            : left.IsEmpty ? null
            : device with { Functions = left };
    }

    /// <summary>The guest has none of them any more, and pciback serves none.</summary>
    private static async Task<string?> FinishAsync(HostServices host, DeviceAddress address, IReadOnlyCollection<PciAddress> functions)
    {
        var entries = await PciNodes.ReadAsync(host.Store, address, CancellationToken.None).ConfigureAwait(false);
        var refused = PciGrants.Revoke(
            host,
            address.DomainId,
            functions,
            entries.Select(entry => entry.Function).Where(function => !functions.Contains(function))
        );
        await PciReconfiguration.ForgetAsync(host, address, functions).ConfigureAwait(false);
        return refused;
    }

    private static async Task<string?> RevokeAllAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var entries = await PciNodes.ReadAsync(host.Store, address, cancellation).ConfigureAwait(false);
        return PciGrants.Revoke(host, address.DomainId, entries.Select(entry => entry.Function), []);
    }

    private static string? Joined(string? refused, string? complaint) =>
        complaint is null ? refused
        : refused is null ? complaint
        : $"{complaint}\n{refused}";
}
