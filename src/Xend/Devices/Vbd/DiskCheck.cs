using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// Refuses early a disk that cannot be had on this host: not there, no disk, no image that can be connected, or somebody else's.
/// </summary>
internal static class DiskCheck
{
    private const long SectorBytes = 512;

    public static void Check(VbdConfig config, BlockSource source, HostServices host, OtherHolds others) =>
        Check(Wanted(config, source), host, others);

    public static DiskWanted Wanted(VbdConfig config, BlockSource source) =>
        new($"Device {config.Id} (vbd)", $"disk {config.Name} is to be {config.Uname}.", source, config.Mode, config.Name);

    public static void Check(DiskWanted wanted, HostServices host, OtherHolds others)
    {
        if (wanted.Source.Script is { } script)
        {
            CheckScript(wanted, script, host);
        }
        else
        {
            CheckFile(wanted, host);
        }
        foreach (var data in DiskData.Of(wanted.Source, wanted.Mode, host.Devices))
        {
            DiskSharing.Check(wanted, data, host, others);
        }
    }

    private static void CheckScript(DiskWanted wanted, string script, HostServices host)
    {
        var scripts = host.Devices.BlockScripts();
        if (!scripts.Contains(script))
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Block device type \"{script}\" is invalid.",
                $"{wanted.Subject}: {wanted.Meaning} There is no executable script /etc/xen/scripts/block-{script}.",
                scripts.Count == 0
                    ? "There are none for other kinds of disks either: phy:, file: and tap: need none."
                    : $"Those that there are: {string.Join(", ", scripts.Select(known => $"block-{known}"))}."
            );
        }
    }

    private static void CheckFile(DiskWanted wanted, HostServices host)
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
        if (facts.Disk is null)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{wanted.Subject} could not be connected. {path} is neither a block device nor a file."
            );
        }
        if (wanted.Source.Format == DiskFormat.Raw)
        {
            CheckRaw(wanted, facts, host);
        }
        else
        {
            CheckImage(wanted, host);
        }
    }

    private static void CheckRaw(DiskWanted wanted, FileFacts facts, HostServices host)
    {
        var path = wanted.Source.Path;
        if (facts.Kind != FileKind.Regular)
        {
            return;
        }
        // An image of another format need not be a number of sectors.
        if (host.Devices.ImageFormat(path) is { } format)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"{wanted.Subject} could not be connected. {path} is a {format} image, and it is to be connected as a raw one.",
                "Taken for a raw disk it would show the guest the format's own data.",
                format is "VHDX"
                    ? $"Convert it: qemu-img convert -O raw {path} NEW"
                    : $"Say so: tap:{format.ToLowerInvariant()}:{path}. Or convert it: qemu-img convert -O raw {path} NEW"
            );
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
    }

    /// <summary>The device model is to find the format that the user named, and nothing below it by guessing.</summary>
    private static void CheckImage(DiskWanted wanted, HostServices host)
    {
        var path = wanted.Source.Path;
        var format = wanted.Source.Format;
        var begins = host.Devices.ImageFormat(path);
        if (begins != format.Said())
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{wanted.Subject} could not be connected. {path} is no {format.Said()} image.",
                $"{wanted.Meaning} It begins like {(begins is null ? "a raw one, or one without a header of its own" : $"a {begins} image")}.",
                $"qemu-img info {path} tells what it is."
            );
        }
        var below = host.Devices.BackingOf(path, format);
        if (below.Trouble is { } trouble)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{wanted.Subject} could not be connected. The files below {path} cannot be told.",
                $"{trouble}.",
                format == DiskFormat.Qcow2
                    ? "Name backing file and format in the image: qemu-img rebase -u -b FILE -F FORMAT IMAGE"
                    : $"Make one image of them all: qemu-img convert -O qcow2 {path} NEW"
            );
        }
        foreach (var file in below.Files)
        {
            if (host.Devices.Stat(file)?.Disk is null)
            {
                throw new XendError(
                    ErrorCode.HostResource,
                    $"{wanted.Subject} could not be connected. {file}, which is below {path}, is neither a block device nor a file.",
                    wanted.Meaning,
                    format == DiskFormat.Qcow2
                        ? "Was it moved? qemu-img rebase -u -b FILE -F FORMAT IMAGE names its new place."
                        : "Was it moved? The image names it by its place of before."
                );
            }
        }
    }
}

/// <summary>Data that a guest is to have.</summary>
/// <param name="Subject">As what, for errors: <c>Device 51712 (vbd)</c>.</param>
/// <param name="Meaning">What the configuration says, in a sentence.</param>
/// <param name="Source">Where the data is.</param>
/// <param name="Mode">r, w or <c>w!</c>.</param>
/// <param name="Device">Its name in the guest: xvda, fda.</param>
internal sealed record DiskWanted(string Subject, string Meaning, BlockSource Source, string Mode, string Device);
