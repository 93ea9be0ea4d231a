using XenStore;

namespace Xend.Devices;

/// <summary>Functions of the host's PCI devices, which pciback has for a guest.</summary>
/// <remarks>That pciback has them, and what Xen lets the guest reach of them, is seen to before their nodes are written.</remarks>
public sealed class PciDevice(PciConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public bool ComesLast { get; init; }

    public IReadOnlyList<PciAddress> Functions => [.. config.Functions.Select(function => function.Address)];

    public string Label => $"PCI device {string.Join(", ", Functions)}";

    public void Check(HostServices host, OtherHolds others) => PciCheck.Demand(host, Functions, others);

    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        DeviceNodes.WriteAsync(
            store,
            new DeviceAddress(PciConfig.ClassName, owner.DomainId, config.Id),
            owner,
            [
                .. config.Functions.SelectMany(PciNodes.Of),
                ("num_devs", PciNodes.Count(config.Functions.Length)),
                ("uuid", config.Uuid.ToString()),
            ],
            [],
            cancellation
        );

    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = new DeviceAddress(PciConfig.ClassName, owner.DomainId, config.Id);
        await BackendDriver.WaitUntilReadyAsync(host, address, Label, "xen-pciback", cancellation).ConfigureAwait(false);
        await WaitUntilServedAsync(host, address, cancellation).ConfigureAwait(false);
        // As a script would say it: a daemon that follows one that died takes away what was not connected.
        await host.Store.WriteAsync(address.BackendNode("hotplug-status"), "connected", cancellation).ConfigureAwait(false);
    }

    /// <summary>pciback looks at what it is to serve, and closes where it has not got one of them.</summary>
    private async Task WaitUntilServedAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var limit = host.Options.DeviceCreateTimeout;
        try
        {
            var state = await NodeWait
                .ForAsync(
                    host,
                    address.BackendNode("state"),
                    state => state != DeviceNodes.State(XenbusState.Initialising) && state != DeviceNodes.State(XenbusState.InitWait),
                    limit,
                    cancellation
                )
                .ConfigureAwait(false);
            if (state == DeviceNodes.State(XenbusState.Initialised) || state == DeviceNodes.State(XenbusState.Connected))
            {
                return;
            }
        }
        catch (TimeoutException)
        {
            // Told below.
        }
        throw HotplugFailure.OfBackend(
            address,
            $"{Label}: the driver xen-pciback does not serve it.",
            await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false),
            "See dmesg in dom0."
        );
    }
}
