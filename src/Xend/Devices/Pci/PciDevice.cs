using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>Functions of the host's PCI devices, served by pciback to a paravirtualized guest.</summary>
public sealed class PciDevice(PciConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"PCI device {string.Join(", ", config.Functions.Select(function => function.Address))}";

    public void Check(HostServices host, OtherHolds others)
    {
        foreach (var function in config.Functions)
        {
            PciCheck.Demand(host, function.Address, others);
        }
    }

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

    /// <summary>Undone by whoever takes the backend away: it finds there what was given.</summary>
    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = new DeviceAddress(PciConfig.ClassName, owner.DomainId, config.Id);
        await BackendDriver.WaitUntilReadyAsync(host, address, Label, "xen-pciback", cancellation).ConfigureAwait(false);
        var functions = config.Functions.Select(function => PciCheck.Demand(host, function.Address, OtherHolds.None)).ToList();
        foreach (var function in functions)
        {
            // Not every device can be reset; pciback, too, has put it in order.
            host.Pci.Reset(function.Address);
        }
        PciGrants.Grant(host, owner.DomainId, functions);
        await host.Store.WriteAsync(address.BackendNode("hotplug-status"), "connected", cancellation).ConfigureAwait(false);
    }
}
