using System.Globalization;

namespace Model.Devices;

/// <summary>The number under which a guest knows a disk: xvda is 51712.</summary>
/// <remarks>The encoding of docs/man/xen-vbd-interface of Xen: Linux major and minor numbers, and an extended form from xvdq on.</remarks>
public static class VirtualDevice
{
    /// <summary>The number of a name as users write it: xvda, xvdb1, hdc, sda2, or a number itself. Throws for any other.</summary>
    public static uint Number(string name) => TryNumber(name) ?? throw NoNumber(name);

    /// <summary><c>[ioemu:]NAME[:cdrom|:disk]</c>, NAME with or without /dev/. Throws for any other.</summary>
    public static (string Name, uint Number, bool IsCdrom) Read(string device)
    {
        const string Emulated = "ioemu:",
            Directory = "/dev/";
        var name = device.StartsWith(Emulated, StringComparison.Ordinal) ? device[Emulated.Length..] : device;
        var kind = "disk";
        if (name.IndexOf(':') is >= 0 and var colon)
        {
            kind = name[(colon + 1)..];
            name = name[..colon];
        }
        name = name.StartsWith(Directory, StringComparison.Ordinal) ? name[Directory.Length..] : name;
        return kind is "cdrom" or "disk" ? (name, Number(name), kind == "cdrom") : throw NoNumber(device);
    }

    private static XendError NoNumber(string name) =>
        DomainConfigReader.Invalid($"Unable to find number for device ({DomainConfigReader.Printable(name)})");

    private static uint? TryNumber(string name)
    {
        if (name.StartsWith("0x", StringComparison.Ordinal))
        {
            return uint.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        }
        if (name.Length > 0 && char.IsAsciiDigit(name[0]))
        {
            return uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var plain) ? plain : null;
        }
        if (Split(name, "xvd") is { } xvd && xvd.Partition <= (xvd.Disk <= 15 ? 15u : 255u))
        {
            return xvd.Disk <= 15 ? 202u << 8 | xvd.Disk << 4 | xvd.Partition : 1u << 28 | xvd.Disk << 8 | xvd.Partition;
        }
        if (Split(name, "hd") is { Disk: <= 3, Partition: <= 63 } hd)
        {
            return (hd.Disk < 2 ? 3u : 22u) << 8 | (hd.Disk & 1) << 6 | hd.Partition;
        }
        if (Split(name, "sd") is { Disk: <= 15, Partition: <= 15 } sd)
        {
            return 8u << 8 | sd.Disk << 4 | sd.Partition;
        }
        return null;
    }

    /// <summary>Letters a.. as a number (a is 0, aa is 26), then a decimal partition without leading zero.</summary>
    private static (uint Disk, uint Partition)? Split(string name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }
        var position = prefix.Length;
        uint disk = 0;
        while (position < name.Length && char.IsAsciiLetterLower(name[position]) && position < prefix.Length + 3)
        {
            disk = disk * 26 + (uint)(name[position] - 'a') + 1;
            position++;
        }
        if (position == prefix.Length)
        {
            return null;
        }
        uint partition = 0;
        if (
            position < name.Length
            && (
                name[position] == '0'
                || !uint.TryParse(name.AsSpan(position), NumberStyles.None, CultureInfo.InvariantCulture, out partition)
            )
        )
        {
            return null;
        }
        return (disk - 1, partition);
    }
}
