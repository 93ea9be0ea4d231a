using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// USB controllers for PV drivers. The guest's device model serves them (qusb); Linux took no backend of its kernel's own (usbback) in.
/// </summary>
public sealed class VusbBackend : BackendClass<VusbConfig>
{
    public const string DeviceModel = "qusb";

    public override string Name => "vusb";

    public override IReadOnlyList<string> Directories { get; } = [DeviceModel, "vusb"];

    public override bool SaysConnected => true;

    public override IDevice MakeForRunning(DeviceConfig config) => new VusbDevice((VusbConfig)config, isServed: true);

    public override string DirectoryOf(DeviceConfig config, GuestType type) => DeviceModel;

    public override bool HasScript(string directory) => false;

    /// <summary>Guests of other toolstacks have what their backends' ports say.</summary>
    public override async Task<IReadOnlyList<Hold>> FindForeignHoldsAsync(
        HostServices host,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    )
    {
        var holds = new List<Hold>();
        foreach (var (address, name) in await ForeignDevices.FindAsync(host, Directories, nameOf, cancellation).ConfigureAwait(false))
        {
            var places = await UsbPorts.ReadAsync(host, address, cancellation).ConfigureAwait(false);
            holds.AddRange(places.Select(place => new UsbHold(place, name)));
        }
        return holds;
    }

    public override Task<string?> UnplugAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        BackendEnd.UnplugAsync(host, address, BackendServer.None, [], cancellation);

    public override Task<string?> ForceOffAsync(HostServices host, DeviceAddress address, CancellationToken cancellation) =>
        BackendEnd.RemoveAsync(host, address, BackendServer.None, [], cancellation);

    protected override bool NeedsDeviceModel(VusbConfig config, GuestType type) => true;

    protected override IDevice Make(VusbConfig config, DomainConfig domain) => new VusbDevice(config, isServed: false);

    protected override IEnumerable<Hold> Holds(VusbConfig config, string domain, IHostDevices host) =>
        config.Ports.Where(place => place.Length > 0).Select(place => new UsbHold(place, domain));

    /// <summary>What may change while the guest runs is what is in the ports.</summary>
    protected override async Task<string?> SettleAsync(
        HostServices host,
        VusbConfig config,
        DeviceOwner owner,
        CancellationToken cancellation
    )
    {
        await UsbPorts.SetAllAsync(host, config, owner, cancellation).ConfigureAwait(false);
        return null;
    }
}
