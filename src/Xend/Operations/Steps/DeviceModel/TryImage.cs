using Xend.DeviceModel;
using Xend.Host;

namespace Xend.Operations.Steps;

/// <summary>Has the device model open an image, and close it again.</summary>
/// <remarks>
/// Which formats it knows was decided when it was built: Debian's knows no VDI. As the server of the disk it says so in its log, and the
/// guest would be without the disk.
/// </remarks>
internal sealed class TryImage(VbdConfig disk) : Step
{
    public override string Name { get; } = $"try-image-{disk.Id}";

    /// <summary>Disks that the device model alone can read.</summary>
    public static IEnumerable<TryImage> Of(IEnumerable<DeviceConfig> devices) =>
        devices.OfType<VbdConfig>().Where(disk => disk.Source is { Format: not DiskFormat.Raw }).Select(disk => new TryImage(disk));

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var source = disk.Source!;
        var isBlockDevice = context.Host.Devices.Stat(source.Path)?.Kind == FileKind.BlockDevice;
        return EmulatedOrders.GiveAsync(
            context,
            async session =>
            {
                try
                {
                    await session.TryImageAsync(source, isBlockDevice, cancellation).ConfigureAwait(false);
                }
                catch (QmpException error)
                {
                    throw Refused(context, source, error);
                }
            },
            cancellation
        );
    }

    private XendError Refused(OperationContext context, BlockSource source, QmpException error)
    {
        var (format, path) = (source.Format, source.Path);
        var isUnknown = error.Reason.Contains("Unknown driver", StringComparison.Ordinal);
        return new XendError(
            ErrorCode.DeviceModel,
            $"Device {disk.Id} (vbd) could not be connected. "
                + (
                    isUnknown
                        ? $"The device model knows no {format.Said()} images."
                        : $"The device model cannot open the {format.Said()} image {path}."
                ),
            $"disk {disk.Name} is to be {disk.Uname}. The device model of {context.Name} says: {error.Reason}",
            isUnknown
                ? $"Convert it: qemu-img convert -f {format.DriverOf()} -O qcow2 {path} NEW"
                : $"qemu-img check -f {format.DriverOf()} {path} tells more."
        );
    }
}
