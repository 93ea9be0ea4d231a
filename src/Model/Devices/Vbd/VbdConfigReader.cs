using Sxp;

namespace Model.Devices;

/// <summary>Reads <c>(vbd (uname phy:/dev/vg/lv) (dev xvda) (mode w))</c>.</summary>
public static class VbdConfigReader
{
    public static VbdConfig Read(SList body, Guid uuid, bool bootable)
    {
        var (name, isCdrom) = ReadDevice(DomainConfigReader.Text(body, "dev") ?? "");
        return new VbdConfig(
            uuid,
            ReadUname(DomainConfigReader.Text(body, "uname") ?? "", isCdrom),
            name,
            isCdrom,
            ReadMode(DomainConfigReader.Text(body, "mode") ?? "r"),
            DomainConfigReader.Text(body, "backend") is { Length: > 0 } backend ? backend : "0",
            bootable
        );
    }

    /// <summary><c>[ioemu:]NAME[:cdrom|:disk]</c>, NAME with or without /dev/.</summary>
    private static (string Name, bool IsCdrom) ReadDevice(string device)
    {
        var name = device;
        if (name.StartsWith("ioemu:", StringComparison.Ordinal))
        {
            name = name["ioemu:".Length..];
        }
        var isCdrom = name.EndsWith(":cdrom", StringComparison.Ordinal);
        if (name.IndexOf(':') is >= 0 and var colon)
        {
            if (name[(colon + 1)..] is not ("cdrom" or "disk"))
            {
                throw DomainConfigReader.Invalid($"Unable to find number for device ({DomainConfigReader.Printable(device)})");
            }
            name = name[..colon];
        }
        if (name.StartsWith("/dev/", StringComparison.Ordinal))
        {
            name = name["/dev/".Length..];
        }
        VirtualDevice.Number(name);
        return (name, isCdrom);
    }

    private static string ReadUname(string uname, bool isCdrom)
    {
        if (uname.Length == 0 && isCdrom)
        {
            return uname;
        }
        if (!uname.Contains(':'))
        {
            throw DomainConfigReader.Invalid(
                "Block device must have physical details specified",
                $"'{DomainConfigReader.Printable(uname)}' has no type: write phy:/dev/NAME for a device, file:/PATH for an image."
            );
        }
        BlockSource.Parse(uname);
        return uname;
    }

    private static string ReadMode(string mode) =>
        mode is "r" or "w" or "w!"
            ? mode
            : throw DomainConfigReader.Invalid("Invalid mode", $"'{DomainConfigReader.Printable(mode)}': r, w or w! can be had.");
}
