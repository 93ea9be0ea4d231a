using Linux.Interop;

namespace Xend.Host;

/// <summary>Finds what dom0 itself does with a disk.</summary>
internal static class DiskUses
{
    public static IReadOnlyList<HostUse> Find(DiskIdentity disk)
    {
        var devices = DevicesOf(disk);
        var uses = new List<HostUse>();
        uses.AddRange(Mounts(devices));
        uses.AddRange(Swaps(disk, devices));
        foreach (var (major, minor) in devices)
        {
            uses.AddRange(
                BlockDevices.Holders(major, minor).Select(holder => new HostUse($"part of the device {holder}", ReadOnly: false))
            );
        }
        return uses;
    }

    /// <summary>
    /// The device numbers under which a mount of the disk would show: itself, its partitions or its whole, loop devices on it.
    /// </summary>
    private static HashSet<(uint Major, uint Minor)> DevicesOf(DiskIdentity disk)
    {
        var devices = new HashSet<(uint, uint)>();
        // A loop device can be made of a block device, too.
        var own = BlockDevices.LoopDevices().Where(loop => loop.Disk == disk).Select(loop => (loop.Major, loop.Minor)).ToList();
        if (BlockDevices.NumbersOf(disk) is { } numbers)
        {
            own.Add(numbers);
        }
        foreach (var (major, minor) in own)
        {
            devices.Add((major, minor));
            devices.UnionWith(BlockDevices.Relatives(major, minor));
        }
        return devices;
    }

    // /proc/self/mountinfo: id parent major:minor root mount-point options ... - type source super-options
    private static IEnumerable<HostUse> Mounts(HashSet<(uint Major, uint Minor)> devices)
    {
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var fields = line.Split(' ');
            if (fields.Length > 5 && NumbersOf(fields) is { } numbers && devices.Contains(numbers))
            {
                yield return new HostUse($"mounted on {fields[4]}", fields[5].Split(',').Contains("ro"));
            }
        }
    }

    /// <summary>A file system of many devices (btrfs) shows a number of its own, major 0, and names one of them as its source.</summary>
    private static (uint Major, uint Minor)? NumbersOf(string[] fields)
    {
        if (
            fields[2].Split(':') is not [var majorText, var minorText]
            || !uint.TryParse(majorText, out var major)
            || !uint.TryParse(minorText, out var minor)
        )
        {
            return null;
        }
        var source = Array.IndexOf(fields, "-") + 2;
        return
            major == 0
            && source > 1
            && source < fields.Length
            && fields[source].StartsWith("/dev/", StringComparison.Ordinal)
            && FileStatus.TryRead(fields[source]) is { IsBlockDevice: true } status
            ? (status.Major, status.Minor)
            : (major, minor);
    }

    private static IEnumerable<HostUse> Swaps(DiskIdentity disk, HashSet<(uint Major, uint Minor)> devices)
    {
        foreach (var line in File.ReadLines("/proc/swaps").Skip(1))
        {
            var path = line.Split(' ', 2)[0];
            if (FileStatus.TryRead(path) is not { } status)
            {
                continue;
            }
            if (status.IsBlockDevice ? devices.Contains((status.Major, status.Minor)) : BlockDevices.IdentityOfFile(status) == disk)
            {
                yield return new HostUse("used as swap", ReadOnly: false);
            }
        }
    }
}
