using System.Globalization;
using Xend.Hypervisor;
using XenStore;

namespace Xend.Devices;

/// <summary>A disk served by the kernel's block backend. The stock block script makes the loop device for an image file.</summary>
public sealed class VbdDevice(VbdConfig config) : IDevice
{
    public DeviceConfig Config => config;

    public string Label => $"disk {config.Name}";

    public uint DeviceId { get; } = VirtualDevice.Number(config.Name);

    public void Check(HostServices host, DomainOwnership others)
    {
        if (config.Uname.Length == 0)
        {
            throw new XendError(ErrorCode.Unsupported, $"{Label}: an empty CD drive needs a device model, which this guest does not have.");
        }
        DiskCheck.Check(config, DeviceId, host, others);
    }

    public Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var number = DeviceId.ToString(CultureInfo.InvariantCulture);
        var type = config.IsCdrom ? "cdrom" : "disk";
        List<(string, string)> frontend = [("virtual-device", number), ("device-type", type)];
        if (owner.Type == GuestType.Pv)
        {
            frontend.Add(("protocol", "x86_64-abi"));
        }
        return DeviceNodes.WriteAsync(
            store,
            new DeviceAddress("vbd", owner.DomainId, DeviceId),
            owner,
            [
                ("params", BlockSource.Parse(config.Uname).Path),
                ("type", "phy"),
                ("script", "/etc/xen/scripts/block"),
                ("dev", config.Name),
                ("device-type", type),
                ("mode", config.Mode),
                ("removable", config.IsCdrom ? "1" : "0"),
                ("bootable", config.Bootable ? "1" : "0"),
                ("discard-enable", config.Mode == "r" ? "0" : "1"),
                ("uuid", config.Uuid.ToString()),
            ],
            frontend,
            cancellation
        );
    }

    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        var address = new DeviceAddress("vbd", owner.DomainId, DeviceId);
        await BackendDriver.WaitUntilReadyAsync(host, address, Label, "xen-blkback", cancellation).ConfigureAwait(false);
        await BackendScript.ConnectAsync(host, address, Label, BackendScript.Block(address, "add"), cancellation).ConfigureAwait(false);
    }
}
