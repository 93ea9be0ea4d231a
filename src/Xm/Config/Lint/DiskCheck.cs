using System.Globalization;
using Xm.CommandLine;
using Xm.Config.Domain;

namespace Xm.Config.Lint;

/// <summary>What xend would say of a disk, said before it is asked.</summary>
internal static class DiskCheck
{
    /// <summary>All that is wrong with a line of <c>disk</c>.</summary>
    public static IEnumerable<string> Problems(string line)
    {
        DiskLine disk;
        try
        {
            disk = DiskLine.Parse(line);
        }
        catch (CommandError error)
        {
            return [error.Message];
        }
        return new[] { Source(disk), Device(disk), Mode(disk) }.OfType<string>().Select(problem => $"{problem} (in '{line}')");
    }

    private static string? Source(DiskLine disk)
    {
        var colon = disk.Uname.IndexOf(':');
        if (disk.Uname.Length == 0)
        {
            return disk.Device.EndsWith(":cdrom", StringComparison.Ordinal)
                ? null
                : "Block device must have physical details specified: only a CD drive can be empty";
        }
        if (colon < 0)
        {
            return $"Block device must have physical details specified: write phy:{disk.Uname} for a device, file:{disk.Uname} for an "
                + $"image";
        }
        var type = disk.Uname.Substring(0, colon);
        var rest = disk.Uname.Substring(colon + 1);
        return type switch
        {
            "phy" => null,
            "file" => File(rest),
            "tap" or "tap2" => Driver(rest),
            _ => $"Block device type \"{type}\" is invalid.",
        };
    }

    private static string? File(string path) => path.Length > 1 && path[0] == '/' ? null : $"'{path}' is no absolute path";

    /// <summary>
    /// <c>DRIVER:PATH</c>, perhaps with <c>tapdisk:</c> or <c>ioemu:</c> before it. Of the drivers that there were, xend has those of raw
    /// images.
    /// </summary>
    private static string? Driver(string rest)
    {
        if (new[] { "tapdisk:aio:", "aio:", "sync:" }.FirstOrDefault(raw => rest.StartsWith(raw, StringComparison.Ordinal)) is { } prefix)
        {
            return File(rest.Substring(prefix.Length));
        }
        var parts = rest.Split(':');
        var driver = parts[0] is "tapdisk" or "ioemu" && parts.Length > 2 ? parts[1] : parts[0];
        return parts.Length > 1 && driver is "aio" or "sync" or "vmdk" or "ram" or "qcow" or "qcow2" or "ioemu" or "vhd" or "remus"
            ? "only raw images can be connected yet (tap:aio:/PATH)"
            : $"tap:{driver} not a valid disk type";
    }

    private static string? Device(DiskLine disk)
    {
        var name = disk.Device.StartsWith("ioemu:", StringComparison.Ordinal) ? disk.Device.Substring("ioemu:".Length) : disk.Device;
        var parts = name.Split(':');
        var isKnown = parts.Length == 1 || (parts.Length == 2 && parts[1] is "cdrom" or "disk");
        var bare = parts[0].StartsWith("/dev/", StringComparison.Ordinal) ? parts[0].Substring("/dev/".Length) : parts[0];
        return isKnown && IsDevice(bare) ? null : $"Unable to find number for device ({disk.Device})";
    }

    private static bool IsDevice(string name)
    {
        if (name.StartsWith("0x", StringComparison.Ordinal))
        {
            return uint.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
        }
        if (name.Length > 0 && char.IsAsciiDigit(name[0]))
        {
            return uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        }
        return Place(name, "xvd") is (<= 15, <= 15) or (> 15, <= 255)
            || Place(name, "hd") is (<= 3, <= 63)
            || Place(name, "sd") is (<= 15, <= 15);
    }

    /// <summary>
    /// Which disk the letters behind the prefix mean (a is 0, aa is 26), and which partition of it; null for a name of another form.
    /// </summary>
    private static (int Disk, int Partition)? Place(string name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }
        var letters = name.Substring(prefix.Length).TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var digits = name.Substring(prefix.Length + letters.Length);
        var partition = 0;
        return
            letters.Length is >= 1 and <= 3
            && letters.All(char.IsAsciiLetterLower)
            && (
                digits.Length == 0
                || (digits[0] != '0' && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out partition))
            )
            ? (letters.Aggregate(0, (disk, letter) => disk * 26 + letter - 'a' + 1) - 1, partition)
            : null;
    }

    private static string? Mode(DiskLine disk) => disk.Mode is "r" or "w" or "w!" ? null : $"Invalid mode: '{disk.Mode}' is not r, w or w!";
}
