using System.Globalization;
using System.Text.RegularExpressions;

namespace Xm.Config.Xl;

/// <summary>
/// A network interface as xl writes it (xl-network-configuration(5)): xm's form with a few more keys, and other words for its type. xl goes
/// on behind a part that it does not know, and says so; so do we.
/// </summary>
internal static partial class XlVif
{
    private static bool IsXlKey(string key) =>
        key is "gatewaydev" or "netdev" or "devid" or "mtu" or "trusted" or "untrusted" or "forwarddev" or "vlan" or "hwaddr"
        || key.StartsWith("colo_", StringComparison.Ordinal);

    [GeneratedRegex("^[0-9]+[GMK]?[Bb]/s(?:@[0-9]+[mu]?s?)?$")]
    private static partial Regex Rate { get; }

    public static bool IsXl(string line) =>
        XlLine.Parts(line).Select(XlLine.Pair).Any(part => IsXlKey(part.Key) || part is { Key: "type", Value: "vif" });

    /// <summary>Whether only xm understands the line.</summary>
    public static bool IsXm(string line) =>
        XlLine
            .Parts(line)
            .Select(XlLine.Pair)
            .Any(part => part is { Key: "policy" or "label" } or { Key: "type", Value: not (null or "vif" or "ioemu") });

    /// <summary>The interface in xm's form.</summary>
    public static XlLine ToXm(string line, bool isHvm)
    {
        var parts = new List<string>();
        var leftOut = new List<string>();
        foreach (var part in XlLine.Parts(line))
        {
            switch (XlLine.Pair(part))
            {
                // xl's ioemu has an emulated and a paravirtual side, as xm's interfaces without a type have; its vif has the second only.
                case ("type", "ioemu"):
                    break;
                case ("type", "vif"):
                    parts.AddRange(isHvm ? ["type=netfront"] : Array.Empty<string>());
                    break;
                case ("mac", { } mac):
                    if (Mac(mac) is not { } address)
                    {
                        return XlLine.Refused($"mac={mac} is no address of six bytes");
                    }
                    parts.Add("mac=" + address);
                    break;
                case ("rate", { } rate):
                    if (!Rate.IsMatch(rate))
                    {
                        return XlLine.Refused($"rate={rate} is no rate: it is like 10Mb/s or 1MB/s@20ms");
                    }
                    // An interval without a unit is in seconds.
                    parts.Add("rate=" + rate + (rate.EndsWith('s') ? "" : "s"));
                    break;
                case ("bridge" or "ip" or "script" or "backend" or "vifname" or "model", not null):
                    parts.Add(part);
                    break;
                case ("trusted", null):
                    break;
                default:
                    leftOut.Add(part);
                    break;
            }
        }
        return new XlLine(string.Join(',', parts), null, leftOut);
    }

    /// <summary>Six bytes in hexadecimal, with any one character between them.</summary>
    private static string? Mac(string text)
    {
        var numbers = text.TrimEnd(' ').Split(':', '-', '.', ' ');
        return numbers.Length == 6 && numbers.All(number => number.Length is 1 or 2 && number.All(char.IsAsciiHexDigit))
            ? string.Join(
                ':',
                numbers.Select(number => byte.Parse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString("x2"))
            )
            : null;
    }
}
