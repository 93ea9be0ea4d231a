using XenStore;

namespace Xend.Devices;

/// <summary>
/// How a guest is shown the functions that it is given, and lets go of them. pciback has them in dom0 for all guests, so that no driver of
/// dom0 is at work on them.
/// </summary>
internal abstract class PciBus
{
    private static readonly PciBus Paravirtualized = new FrontendPciBus();

    private static readonly PciBus Emulated = new EmulatedPciBus();

    public static PciBus Of(GuestType type) => type == GuestType.Hvm ? Emulated : Paravirtualized;

    /// <summary>That of a domain of any toolstack. One that is gone has none to ask.</summary>
    public static PciBus Of(HostServices host, uint domainId) =>
        host.Hypervisor.FindDomain(domainId) is { Hvm: true } ? Emulated : Paravirtualized;

    /// <summary>What is told of functions that <see cref="HeldAsync"/> has found.</summary>
    public static string Keeps(IEnumerable<PciAddress> held) =>
        $"the guest has {string.Join(", ", held)} on its bus and keeps what it reaches of it until it lets go, or ends";

    /// <summary>Whether the device model shows the functions: they come when it is there, and go from it first.</summary>
    public abstract bool NeedsDeviceModel { get; }

    /// <summary>Whether functions can come and go in that state of the backend.</summary>
    public abstract bool IsAtWork(string? state);

    /// <summary>Gives the turn to the frontend.</summary>
    public abstract Task BeginAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation);

    /// <summary>Whether frontend and pciback have had their turns, within the limit, and the backend is at work.</summary>
    public abstract Task<bool> IsAnsweredAsync(HostServices host, DeviceAddress address, TimeSpan limit, CancellationToken cancellation);

    /// <summary>Ends the turns, answered or not.</summary>
    public abstract Task EndAsync(IXenStoreOperations store, DeviceAddress address);

    /// <summary>Those of the functions that the guest is shown, of which pciback serves the given ones.</summary>
    public abstract Task<IReadOnlySet<PciAddress>> ShownAsync(
        HostServices host,
        uint domainId,
        IReadOnlySet<PciAddress> served,
        CancellationToken cancellation
    );

    /// <summary>Those of the functions that the guest would go on reaching whatever Xen is told: they must not be anybody else's.</summary>
    public abstract Task<IReadOnlySet<PciAddress>> HeldAsync(
        HostServices host,
        uint domainId,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    );

    /// <summary>What the guest has to let go of before pciback does. Throws where it keeps one.</summary>
    public abstract Task TakeAsync(
        HostServices host,
        uint domainId,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    );

    /// <summary>Has pciback let go of functions. Throws where a guest keeps them that is asked by that.</summary>
    /// <returns>What went wrong on the way; null where nothing did.</returns>
    public abstract Task<string?> LetGoAsync(
        HostServices host,
        DeviceAddress address,
        IReadOnlyCollection<PciAddress> functions,
        CancellationToken cancellation
    );
}
