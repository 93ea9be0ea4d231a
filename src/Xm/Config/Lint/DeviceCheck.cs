using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Host;

namespace Xm.Config.Lint;

/// <summary>What is wrong with one string of a list of devices.</summary>
internal sealed class DeviceCheck(Settings settings, Surroundings surroundings)
{
    public IEnumerable<string> Problems(string variable, string line) =>
        variable switch
        {
            "disk" => DiskCheck.Problems(line),
            "vif" => Tried(() => NetworkLine.ToSxp("vif", line)) is { } problem ? [problem] : Interface(line),
            "vif2" => One(() => NetworkLine.ToSxp("vif2", line)),
            "vfb" => One(() => FramebufferLine.ToSxp(line, settings, surroundings)),
            "vusb" => One(() => UsbControllerLine.ToSxp(line)),
            "vtpm" => One(() => TpmLine.ToSxp(line)),
            "pci" => One(() => PciLine.Parse(line, surroundings)),
            "cpuid" or "cpuid_check" => One(() => CpuidLines.Leaf(line)),
            "ioports" => Tried(() => DeviceSection.IoPorts(line)) is { } problem ? [problem] : Ports(line),
            _ => [],
        };

    private static IEnumerable<string> Interface(string line)
    {
        var parts = new KeyValueList(line);
        if (parts["mac"] is { } mac && !IsMac(mac))
        {
            yield return $"MAC address is not valid: '{mac}' (in '{line}')";
        }
        if (parts["bridge"] is { Length: > 15 } bridge)
        {
            yield return $"bridge: '{bridge}' is longer than the 15 characters of an interface (in '{line}')";
        }
        if (parts["vifname"] is { Length: > 15 } name)
        {
            yield return $"vifname: '{name}' is longer than the 15 characters of an interface (in '{line}')";
        }
        if (parts["rate"] is { } rate && !rate.Contains("/s", StringComparison.Ordinal))
        {
            yield return $"rate: '{rate}' is not like 10Mb/s or 1MB/s@20ms, and does not limit anything (in '{line}')";
        }
    }

    private static bool IsMac(string text) =>
        text.Split(':') is { Length: 6 } parts && parts.All(part => part.Length is 1 or 2 && part.All(char.IsAsciiHexDigit));

    private static IEnumerable<string> Ports(string line)
    {
        var ends = line.Split('-');
        if (!ends.All(end => end.Length is > 0 and <= 4 && end.All(char.IsAsciiHexDigit)))
        {
            yield return "Invalid i/o port range specifier: " + line;
        }
    }

    private static IEnumerable<string> One(Action parse) => Tried(parse) is { } problem ? [problem] : [];

    private static string? Tried(Action parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (CommandError error)
        {
            return error.Message.TrimEnd();
        }
    }
}
