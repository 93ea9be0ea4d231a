using XenStore;

namespace Xend.Devices;

/// <summary>
/// A device that another domain serves: the nodes are those of any device of its class, in that domain's directory; the driver and the
/// scripts are that domain's own.
/// </summary>
/// <param name="device">The same as dom0 would serve it.</param>
internal sealed class DriverDomainDevice(IDevice device) : IDevice
{
    private uint _server;

    public DeviceConfig Config => device.Config;

    public string Label => device.Label;

    public void FindServer(Func<string, uint?> domainNamed) =>
        _server = domainNamed(Config.Backend)
            ?? throw new XendError(
                ErrorCode.InvalidRequest,
                $"Cannot configure device for unknown backend {DomainConfigReader.Printable(Config.Backend)}",
                $"{DeviceClasses.Of(Config).Title(Config)} is to be served by it, and no other domain of that name, id or UUID runs.",
                "xm list has those that run." + (device.MayBeOfDom0 ? " Leave the backend out, and dom0 serves the device." : "")
            );

    public DeviceAddress AddressFor(DeviceOwner owner) => device.AddressFor(ServedBy(owner));

    /// <summary>What is there, and what is free, only that domain knows.</summary>
    public void Check(HostServices host, OtherHolds others) => device.CheckElsewhere(host, others);

    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        device.WriteAsync(store, ServedBy(owner), host, cancellation);

    /// <summary>
    /// The stock scripts say that they have connected it, wherever they run. Of what has none, the driver says that it has taken notice.
    /// </summary>
    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = AddressFor(owner);
        var limit = host.Options.DeviceCreateTimeout;
        var hasScript = BackendClasses.In(address.Class).HasScript(address.Class);
        try
        {
            if (!hasScript)
            {
                await NodeWait
                    .ForBackendAsync(
                        host,
                        address,
                        limit,
                        cancellation,
                        XenbusState.InitWait,
                        XenbusState.Initialised,
                        XenbusState.Connected
                    )
                    .ConfigureAwait(false);
                return;
            }
            await NodeWait
                .ForAsync(host, address.BackendNode("hotplug-status"), status => !string.IsNullOrEmpty(status), limit, cancellation)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Told below, with what both ends say.
        }
        var ends = await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false);
        if (!hasScript || ends.Status != "connected")
        {
            throw HotplugFailure.OfDriverDomain(address, Label, Config.Backend, limit, ends);
        }
    }

    private DeviceOwner ServedBy(DeviceOwner owner) => owner with { BackendDomainId = _server };
}
