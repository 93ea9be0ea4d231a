using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// Refuses early a disk that cannot be had on this host: not there, no disk, no image that can be connected, or somebody else's.
/// </summary>
internal static class DiskCheck
{
    private const long SectorBytes = 512;

    public static void Check(VbdConfig config, BlockSource source, HostServices host, OtherHolds others) =>
        Check(
            new DiskWanted($"Device {config.Id} (vbd)", $"disk {config.Name} is to be {config.Uname}.", source, config.Mode),
            host,
            others
        );

    public static void Check(DiskWanted wanted, HostServices host, OtherHolds others)
    {
        var path = wanted.Source.Path;
        var facts = host.Devices.Stat(path);
        if (facts is null)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{wanted.Subject} could not be connected. {path} does not exist.",
                wanted.Meaning,
                "Is the volume activated (vgchange -ay), the file there?"
            );
        }
        if (facts.Disk is not { } disk)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{wanted.Subject} could not be connected. {path} is neither a block device nor a file."
            );
        }
        CheckImage(wanted, facts, host);
        DiskSharing.Check(wanted, disk, host.Devices.UsesOf(disk), others.OnDisk(disk));
    }

    private static void CheckImage(DiskWanted wanted, FileFacts facts, HostServices host)
    {
        var path = wanted.Source.Path;
        if (facts.Kind != FileKind.Regular)
        {
            return;
        }
        if (facts.Size < SectorBytes || facts.Size % SectorBytes != 0)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{wanted.Subject} could not be connected. {path} is no disk image.",
                $"Its size, {facts.Size} bytes, is not a number of sectors of {SectorBytes} bytes.",
                "Was it copied completely? A new one: truncate -s 8G FILE."
            );
        }
        if (host.Devices.ImageFormat(path) is { } format)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"{wanted.Subject} could not be connected. {path} is a {format} image, and only raw images can be connected.",
                "Taken for a raw disk it would show the guest the format's own data.",
                $"Convert it: qemu-img convert -O raw {path} NEW"
            );
        }
    }
}

/// <summary>Data that a guest is to have.</summary>
/// <param name="Subject">As what, for errors: <c>Device 51712 (vbd)</c>.</param>
/// <param name="Meaning">What the configuration says, in a sentence.</param>
/// <param name="Source">Where the data is.</param>
/// <param name="Mode">r, w or <c>w!</c>.</param>
internal sealed record DiskWanted(string Subject, string Meaning, BlockSource Source, string Mode);
