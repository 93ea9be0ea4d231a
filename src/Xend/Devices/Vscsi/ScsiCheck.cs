using Xend.Host;

namespace Xend.Devices;

/// <summary>Whether a SCSI device can be given away, and who has it where it cannot.</summary>
internal static class ScsiCheck
{
    /// <exception cref="XendError">The host has no such device.</exception>
    public static ScsiFacts Find(IHostDevices host, ScsiAddress address)
    {
        var present = host.ScsiDevices();
        return present.FirstOrDefault(device => device.Address == address)
            ?? throw new XendError(
                ErrorCode.InvalidRequest,
                $"Cannot find device \"{address}\"",
                present.Count == 0 ? "The host has no SCSI device." : $"The host has the SCSI devices {string.Join(", ", present)}."
            );
    }

    /// <param name="host">The host.</param>
    /// <param name="unit">The device.</param>
    /// <param name="others">What other domains have, and what the domain itself has and is to have.</param>
    /// <exception cref="XendError">The host has not got it, or somebody else uses it.</exception>
    public static void Demand(HostServices host, VscsiUnit unit, OtherHolds others)
    {
        var device = Find(host.Devices, unit.Physical);
        if (others.HolderOfScsi(unit.Physical) is { } holder)
        {
            throw InUse(device, holder, $"{holder} has it as a SCSI device.");
        }
        if (device.Disk is { } disk)
        {
            DemandDisk(host, device, disk, unit, others);
        }
        if (host.Scsi.ServedBy(device) is { } target)
        {
            throw InUse(
                device,
                "dom0",
                $"A target of dom0's kernel has it: /sys/kernel/config/{target}.",
                "Remove it there first (targetcli); one that a guest left behind goes with xm audit --fix."
            );
        }
    }

    /// <summary>What a device is in the guest, for whoever else would have the disk.</summary>
    public static string Label(VscsiUnit unit) => $"SCSI device {unit.Virtual}";

    private static void DemandDisk(HostServices host, ScsiFacts device, DiskIdentity disk, VscsiUnit unit, OtherHolds others)
    {
        if (host.Devices.UsesOf(disk) is [var use, ..])
        {
            throw InUse(device, "dom0", $"It is a disk, {use.What}.", "Unmount it, or take it out of use, first.");
        }
        var data = host.Devices.Overlapping(disk).Append(disk).ToHashSet();
        if (others.OnDisks(data).Concat(others.OwnOnDisks(data, Label(unit))).FirstOrDefault() is { } held)
        {
            throw InUse(device, held.Domain, $"It is a disk, and {held.Domain} has it as {held.Device}.");
        }
    }

    private static XendError InUse(ScsiFacts device, string holder, string detail, string? hint = null) =>
        new(ErrorCode.AlreadyExists, $"The SCSI device {device} is in use by {holder}", detail, hint);
}
