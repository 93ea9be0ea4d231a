using XenStore;

namespace Xend.Devices;

/// <summary>The bus that a paravirtualized guest's own driver, pcifront, makes of what pciback serves.</summary>
internal sealed class FrontendPciBus : PciBus
{
    private static readonly IReadOnlySet<PciAddress> None = new HashSet<PciAddress>();

    public override bool NeedsDeviceModel => false;

    public override bool IsAtWork(string? state) => state == Reconfiguration.Connected;

    public override Task BeginAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation) =>
        Reconfiguration.BeginAsync(store, address, cancellation);

    public override Task<bool> IsAnsweredAsync(HostServices host, DeviceAddress address, TimeSpan limit, CancellationToken cancellation) =>
        Reconfiguration.IsAnsweredAsync(host, address, limit, cancellation);

    public override Task EndAsync(IXenStoreOperations store, DeviceAddress address) => Reconfiguration.EndAsync(store, address);

    public override Task<IReadOnlySet<PciAddress>> ShownAsync(
        HostServices host,
        uint domainId,
        IReadOnlySet<PciAddress> served,
        CancellationToken cancellation
    ) => Task.FromResult(served);

    public override Task<IReadOnlySet<PciAddress>> HeldAsync(
        HostServices host,
        uint domainId,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    ) => Task.FromResult(None);

    public override Task TakeAsync(
        HostServices host,
        uint domainId,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    ) => Task.CompletedTask;

    public override async Task<string?> LetGoAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    )
    {
        await PciReconfiguration.LetGoAsync(host, address, functions, cancellation).ConfigureAwait(false);
        return null;
    }
}
