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
    /// <summary>It opens the image before it answers.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

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

    public async Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation)
    {
        if (!isServed)
        {
            return;
        }
        var address = CdDevice.AddressOf(owner.DomainId, config);
        var limit = host.Options.DeviceCreateTimeout < AnswerLimit ? host.Options.DeviceCreateTimeout : AnswerLimit;
        try
        {
            await NodeWait
                .ForBackendAsync(host, address, limit, cancellation, XenbusState.InitWait, XenbusState.Initialised, XenbusState.Connected)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var said = host.DeviceModels.LastLines(owner.Name);
            throw HotplugFailure.OfBackend(
                address,
                $"{Label}: the device model of {owner.Name} has not opened {config.Source!.Path} within {limit.TotalSeconds:0} s. "
                    + (said.Length > 0 ? $"It said:\n{said}" : "It said nothing."),
                await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false),
                $"See /var/log/xen/qemu-dm-{owner.Name}.log."
            );
        }
    }
}
