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
            return disk.Device.EndsWith(":cdrom", StringComparison.Ordinal) ? null : "Block device must have physical details specified: only a CD drive can be empty";
        }
        if (colon < 0)
        {
            return $"Block device must have physical details specified: write phy:{disk.Uname} for a device, file:{disk.Uname} for an image";
        }
        var type = disk.Uname.Substring(0, colon);
        var rest = disk.Uname.Substring(colon + 1);
        return type switch
        {
            "file" when !rest.StartsWith('/') => $"'{rest}' is no absolute path",
            "tap" or "tap2" => Driver(rest),
            "" => "Block device type \"\" is invalid.",
            _ => null,
        };
    }

    /// <summary><c>DRIVER:PATH</c>, perhaps with <c>tapdisk:</c> or <c>ioemu:</c> before it.</summary>
    private static string? Driver(string rest)
    {
        var parts = rest.Split(':');
        var driver = parts[0] is "tapdisk" or "ioemu" && parts.Length > 2 ? parts[1] : parts[0];
        return parts.Length > 1 && driver is "aio" or "sync" or "vmdk" or "ram" or "qcow" or "qcow2" or "ioemu" or "vhd" or "remus" ? null
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
        return HasForm(name, "xvd", 255) || HasForm(name, "hd", 63) || HasForm(name, "sd", 15);
    }

    /// <summary>The prefix, letters, and perhaps the number of a partition.</summary>
    private static bool HasForm(string name, string prefix, int partitions)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }
        var digits = name.AsSpan(prefix.Length).IndexOfAnyInRange('0', '9');
        var letters = digits < 0 ? name.AsSpan(prefix.Length) : name.AsSpan(prefix.Length, digits);
        return letters.Length is 1 or 2 && !letters.ContainsAnyExceptInRange('a', 'z')
            && (digits < 0 || (int.TryParse(name.AsSpan(prefix.Length + digits), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                && partition > 0 && partition <= partitions));
    }

    private static string? Mode(DiskLine disk) =>
        disk.Mode is "r" or "w" or "w!" ? null : $"Invalid mode: '{disk.Mode}' is not r, w or w!";
}
