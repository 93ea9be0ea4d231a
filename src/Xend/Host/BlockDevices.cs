using System.Globalization;
using Linux.Interop;

namespace Xend.Host;

/// <summary>What block devices stand for, from /sys/dev/block.</summary>
internal static class BlockDevices
{
    private const string ByNumber = "/sys/dev/block";

    /// <summary>Of devices made of devices; more than anybody stacks.</summary>
    private const int MostLevels = 8;

    /// <summary>A loop device is the file behind it; every other device is itself.</summary>
    public static DiskIdentity Identify(uint major, uint minor)
    {
        if (BackingFile(major, minor) is { } file && FileStatus.TryRead(file) is { } status)
        {
            return status.IsBlockDevice ? Identify(status.Major, status.Minor) : IdentityOfFile(status);
        }
        return new DiskIdentity($"dev {major}:{minor}");
    }

    public static DiskIdentity IdentityOfFile(FileStatus status) => new($"file {status.Device}/{status.Inode}");

    /// <summary>The device numbers of an identity; null for a file.</summary>
    public static (uint Major, uint Minor)? NumbersOf(DiskIdentity disk)
    {
        if (!disk.Text.StartsWith("dev ", StringComparison.Ordinal))
        {
            return null;
        }
        var parts = disk.Text[4..].Split(':');
        return (uint.Parse(parts[0], CultureInfo.InvariantCulture), uint.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>All whole loop devices and what they stand for.</summary>
    public static IEnumerable<(string Name, DiskIdentity Disk, uint Major, uint Minor)> LoopDevices()
    {
        foreach (var directory in Directory.EnumerateDirectories("/sys/block", "loop*"))
        {
            if (Directory.Exists($"{directory}/loop") && ReadNumbers($"{directory}/dev") is { } numbers)
            {
                yield return (Path.GetFileName(directory), Identify(numbers.Major, numbers.Minor), numbers.Major, numbers.Minor);
            }
        }
    }

    /// <summary>A disk, its partitions, and the disk that a partition is of.</summary>
    public static IEnumerable<(uint Major, uint Minor)> Relatives(uint major, uint minor)
    {
        var directory = DirectoryOf(major, minor);
        if (directory is null)
        {
            yield break;
        }
        foreach (var child in Directory.EnumerateDirectories(directory).Where(child => File.Exists($"{child}/partition")))
        {
            if (ReadNumbers($"{child}/dev") is { } partition)
            {
                yield return partition;
            }
        }
        if (File.Exists($"{directory}/partition") && ReadNumbers($"{Path.GetDirectoryName(directory)}/dev") is { } whole)
        {
            yield return whole;
        }
    }

    /// <summary>
    /// What else has some of a disk's data. Of devices that are made of others (dm, md) the others are told, down to the bottom.
    /// </summary>
    public static IReadOnlyList<DiskIdentity> Overlapping(DiskIdentity disk)
    {
        var found = new HashSet<DiskIdentity>();
        var devices = LoopDevices().Where(loop => loop.Disk == disk).Select(loop => (loop.Major, loop.Minor)).ToList();
        if (NumbersOf(disk) is { } numbers)
        {
            devices.Add(numbers);
        }
        foreach (var (major, minor) in devices)
        {
            found.UnionWith(
                Relatives(major, minor).Concat(Below(major, minor, MostLevels)).Select(pair => Identify(pair.Major, pair.Minor))
            );
        }
        found.Remove(disk);
        return [.. found];
    }

    private static IEnumerable<(uint Major, uint Minor)> Below(uint major, uint minor, int levels)
    {
        if (levels == 0 || DirectoryOf(major, minor) is not { } directory || !Directory.Exists($"{directory}/slaves"))
        {
            yield break;
        }
        foreach (var slave in Directory.EnumerateFileSystemEntries($"{directory}/slaves"))
        {
            if (ReadNumbers($"{slave}/dev") is { } numbers)
            {
                yield return numbers;
                foreach (var lower in Below(numbers.Major, numbers.Minor, levels - 1))
                {
                    yield return lower;
                }
            }
        }
    }

    /// <summary>Devices that the kernel built on top of this one: logical volumes, RAID, encryption.</summary>
    public static IReadOnlyList<string> Holders(uint major, uint minor) =>
        DirectoryOf(major, minor) is { } directory && Directory.Exists($"{directory}/holders")
            ? [.. Directory.EnumerateFileSystemEntries($"{directory}/holders").Select(NameOf)]
            : [];

    /// <summary>As users know it: dm-0 is the volume vg01-linux0.</summary>
    private static string NameOf(string directory)
    {
        var kernelName = Path.GetFileName(directory);
        return File.Exists($"{directory}/dm/name") ? $"{kernelName} ({File.ReadAllText($"{directory}/dm/name").Trim()})" : kernelName;
    }

    private static string? BackingFile(uint major, uint minor)
    {
        var file = $"{ByNumber}/{major}:{minor}/loop/backing_file";
        return File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : null;
    }

    private static string? DirectoryOf(uint major, uint minor) =>
        Directory.ResolveLinkTarget($"{ByNumber}/{major}:{minor}", returnFinalTarget: true)?.FullName;

    private static (uint Major, uint Minor)? ReadNumbers(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }
        var parts = File.ReadAllText(file).Trim().Split(':');
        return parts.Length == 2 && uint.TryParse(parts[0], out var major) && uint.TryParse(parts[1], out var minor)
            ? (major, minor)
            : null;
    }
}
