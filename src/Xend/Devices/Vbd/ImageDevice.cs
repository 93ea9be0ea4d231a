using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>
/// A disk in an image that dom0's kernel cannot read (qcow2, VHD, VMDK, VDI). The guest's device model serves it (qdisk); a PV or PVH guest
/// has one for it.
/// </summary>
/// <param name="config">The disk.</param>
/// <param name="isServed">Whether the device model runs already; else it finds the disk when it starts.</param>
public sealed class ImageDevice(VbdConfig config, bool isServed = false) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"disk {config.Name}";

    public void Check(HostServices host, OtherHolds others) => DiskCheck.Check(config, config.Source!, host, others);

    /// <remarks>params is DRIVER:PATH, split at its first colon (xen_block_drive_create in hw/block/xen-block.c of qemu).</remarks>
    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var source = config.Source!;
        var type = config.IsCdrom ? "cdrom" : "disk";
        List<(string, string)> frontend = [("virtual-device", config.Id.ToString(CultureInfo.InvariantCulture)), ("device-type", type)];
        if (owner.Type == GuestType.Pv)
        {
            frontend.Add(("protocol", "x86_64-abi"));
        }
        return DeviceNodes.WriteAsync(
            store,
            CdDevice.AddressOf(owner.DomainId, config),
            owner,
            [
                ("params", $"{source.Format.DriverOf()}:{source.Path}"),
                ("type", "qdisk"),
                ("dev", config.Name),
                ("device-type", type),
                ("mode", config.IsReadOnly ? "r" : "w"),
                ("removable", config.IsCdrom ? "1" : "0"),
                ("bootable", config.Bootable ? "1" : "0"),
                ("discard-enable", config.IsReadOnly ? "0" : "1"),
                ("uuid", config.Uuid.ToString()),
            ],
            frontend,
            cancellation
        );
    }

    public Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation) =>
        isServed
            ? DeviceModelAnswer.AwaitAsync(
                host,
                owner,
                CdDevice.AddressOf(owner.DomainId, config),
                Label,
                $"opened {config.Source!.Path}",
                cancellation
            )
            : Task.CompletedTask;
}
