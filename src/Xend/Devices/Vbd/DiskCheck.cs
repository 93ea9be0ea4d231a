using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// Refuses early a disk that cannot be had on this host: not there, no disk, no image that can be connected, or somebody else's.
/// </summary>
internal static class DiskCheck
{
    private const long SectorBytes = 512;

    public static void Check(VbdConfig config, uint deviceId, HostServices host, DomainOwnership others)
    {
        if (config.Backend is not ("0" or "Domain-0"))
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"Cannot configure device for unknown backend {config.Backend}",
                "Only dom0 serves disks yet."
            );
        }
        var path = BlockSource.Parse(config.Uname).Path;
        var facts = host.Devices.Stat(path);
        if (facts is null)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Device {deviceId} (vbd) could not be connected. {path} does not exist.",
                $"disk {config.Name} is to be {config.Uname}.",
                "Is the volume activated (vgchange -ay), the file there?"
            );
        }
        if (facts.Disk is not { } disk)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Device {deviceId} (vbd) could not be connected. {path} is neither a block device nor a file."
            );
        }
        CheckImage(deviceId, path, facts, host);
        DiskSharing.Check(config, deviceId, path, disk, host.Devices.UsesOf(disk), others.HoldersOf(disk));
    }

    private static void CheckImage(uint deviceId, string path, FileFacts facts, HostServices host)
    {
        if (facts.Kind != FileKind.Regular)
        {
            return;
        }
        if (facts.Size < SectorBytes || facts.Size % SectorBytes != 0)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Device {deviceId} (vbd) could not be connected. {path} is no disk image.",
                $"Its size, {facts.Size} bytes, is not a number of sectors of {SectorBytes} bytes.",
                "Was it copied completely? A new one: truncate -s 8G FILE."
            );
        }
        if (host.Devices.ImageFormat(path) is { } format)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"Device {deviceId} (vbd) could not be connected. {path} is a {format} image, and only raw images can be connected.",
                "Taken for a raw disk it would show the guest the format's own data.",
                $"Convert it: qemu-img convert -O raw {path} NEW"
            );
        }
    }
}
