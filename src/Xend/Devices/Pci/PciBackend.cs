using System.Globalization;
using Xend.Host;

namespace Xend.Devices;

/// <summary>PCI passthrough. Dom0's xen-pciback has the devices and serves them; what the guest may reach is Xen's to allow.</summary>
public sealed class PciBackend : BackendClass<PciConfig>
{
    private const string Backends = "/local/domain/0/backend/pci";

    public override string Name => PciConfig.ClassName;

    public override IReadOnlyList<string> Directories { get; } = [PciConfig.ClassName];

    public override bool SaysConnected => true;

    protected override bool NeedsDeviceModel(PciConfig config, GuestType type) => false;

    protected override IDevice Make(PciConfig config, DomainConfig domain) => new PciDevice(config);

    public override IDevice MakeForRunning(DeviceConfig config) => new PciDevice((PciConfig)config);

    protected override IEnumerable<Hold> Holds(PciConfig config, string domain, IHostDevices host) =>
        config.Functions.Select(function => new PciHold(function.Address, domain));

    public override async Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    )
    {
        var holds = new List<Hold>();
        foreach (var text in await host.Store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [])
        {
            if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var domainId) || nameOf(domainId) is not { } name)
            {
                continue;
            }
            var functions = await PciNodes
                .FunctionsAsync(host.Store, new DeviceAddress(Name, domainId, 0), cancellation)
                .ConfigureAwait(false);
            holds.AddRange(functions.Select(function => new PciHold(function, name)));
        }
        return holds;
    }

    public override async Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var functions = await FactsAsync(host, address, cancellation).ConfigureAwait(false);
        var complaint = await BackendEnd.UnplugAsync(host, address, hasDriver: true, [], cancellation).ConfigureAwait(false);
        return GiveBack(host, address, functions, complaint);
    }

    /// <summary>
    /// What Xen allows is taken back first: as long as the backend's nodes are there, whoever comes after a daemon that died finds it.
    /// </summary>
    public override async Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var functions = await FactsAsync(host, address, cancellation).ConfigureAwait(false);
        var refused = PciGrants.Revoke(host, address.DomainId, functions, []);
        var complaint = await BackendEnd.RemoveAsync(host, address, hasDriver: true, [], cancellation).ConfigureAwait(false);
        Reset(host, functions);
        return Joined(refused, complaint);
    }

    /// <summary>Nothing of it changes but by coming and going.</summary>
    protected override Task<string?> SettleAsync(HostServices host, PciConfig config, DeviceOwner owner, CancellationToken cancellation) =>
        Task.FromResult<string?>(null);

    private static string? GiveBack(HostServices host, DeviceAddress address, IReadOnlyList<PciFunctionFacts> functions, string? complaint)
    {
        var refused = PciGrants.Revoke(host, address.DomainId, functions, []);
        Reset(host, functions);
        return Joined(refused, complaint);
    }

    /// <summary>The next owner, dom0 or a guest, finds nothing of the last one in it. Not every device can be reset.</summary>
    private static void Reset(HostServices host, IReadOnlyList<PciFunctionFacts> functions)
    {
        foreach (var function in functions)
        {
            host.Pci.Reset(function.Address);
        }
    }

    private static async Task<IReadOnlyList<PciFunctionFacts>> FactsAsync(
        HostServices host,
        DeviceAddress address,
        CancellationToken cancellation
    ) =>
        [
            .. (await PciNodes.FunctionsAsync(host.Store, address, cancellation).ConfigureAwait(false))
                .Select(host.Pci.Find)
                .OfType<PciFunctionFacts>(),
        ];

    private static string? Joined(IReadOnlyList<string> refused, string? complaint) =>
        complaint is null && refused.Count == 0 ? null : string.Join('\n', complaint is null ? refused : [complaint, .. refused]);
}
