using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>SCSI devices of the host on one adapter of a guest, served by dom0's xen-scsiback.</summary>
/// <remarks>Their targets are made before the nodes are written: the driver looks for a target once.</remarks>
public sealed class VscsiDevice(VscsiConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"SCSI adapter {config.Id}";

    /// <summary>The units, each with its target in a domain.</summary>
    public IEnumerable<(VscsiUnit Unit, ScsiTarget Target)> Units(uint domainId) =>
        config.Units.Select((unit, number) => (unit, new ScsiTarget(domainId, (byte)config.Id, (byte)number)));

    public void Check(HostServices host, OtherHolds others)
    {
        foreach (var unit in config.Units)
        {
            ScsiCheck.Demand(host, unit, others);
        }
    }

    /// <remarks>feature-host is old xend's: the stock driver passes over it.</remarks>
    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        DeviceNodes.WriteAsync(
            store,
            BackendClasses.AddressOf(config, owner),
            owner,
            [
                ("feature-host", config.IsHost ? "1" : "0"),
                (ScsiNodes.Directory, ""),
                .. Units(owner.DomainId).SelectMany(unit => ScsiNodes.Of(unit.Unit, unit.Target)),
                ("uuid", config.Uuid.ToString()),
            ],
            [],
            cancellation
        );

    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = BackendClasses.AddressOf(config, owner);
        await BackendDriver.WaitUntilReadyAsync(host, address, Label, "xen-scsiback", cancellation).ConfigureAwait(false);
        // As a script would say it: a daemon that follows one that died takes away what was not connected.
        await host.Store.WriteAsync(address.BackendNode("hotplug-status"), "connected", cancellation).ConfigureAwait(false);
    }
}
