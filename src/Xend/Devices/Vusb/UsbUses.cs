using Xend.Host;

namespace Xend.Devices;

/// <summary>Who has the disks behind a USB device: it is torn from them when a guest gets it.</summary>
internal static class UsbUses
{
    /// <param name="device">The device.</param>
    /// <param name="host">The host.</param>
    /// <param name="holds">What domains hold.</param>
    /// <exception cref="XendError">dom0 uses a disk of it, or a domain has one.</exception>
    public static void Refuse(UsbFacts device, IHostDevices host, IEnumerable<DiskHold> holds)
    {
        foreach (var disk in device.Disks)
        {
            if (host.UsesOf(disk) is [var use, ..])
            {
                throw new XendError(
                    ErrorCode.InvalidRequest,
                    $"The USB device {device} is in use by dom0",
                    $"It is a disk, {use.What}.",
                    "Unmount it, or take it out of use, first."
                );
            }
            var data = host.Overlapping(disk).Append(disk).ToHashSet();
            if (holds.FirstOrDefault(hold => data.Contains(hold.Disk)) is { } held)
            {
                throw new XendError(
                    ErrorCode.InvalidRequest,
                    $"The USB device {device} is in use by {held.Domain}",
                    $"It is a disk, and {held.Domain} has it as {held.Device}."
                );
            }
        }
    }
}
