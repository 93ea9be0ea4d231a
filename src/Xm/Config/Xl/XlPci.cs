using System.Text.RegularExpressions;

namespace Xm.Config.Xl;

/// <summary>A PCI device as xl writes it (xl-pci-configuration(5)): one function, or all by <c>*</c>, and more options than xm's.</summary>
internal static partial class XlPci
{
    [GeneratedRegex(@"^(?:[0-9a-fA-F]{1,4}:)?[0-9a-fA-F]{1,2}:[01]?[0-9a-fA-F]\.(?:\*|[0-7])$")]
    private static partial Regex Address { get; }

    [GeneratedRegex("^(?:0x)?[01]?[0-9a-fA-F]$")]
    private static partial Regex Slot { get; }

    private static bool IsXlOption(string option) =>
        option is "permissive" or "seize" or "rdm_policy" or "name" or "backend" or "bdf" or "vslot";

    public static bool IsXl(string line) => XlLine.Parts(line).Any(part => IsXlOption(XlLine.Pair(part).Key));

    /// <summary>The device in xm's form.</summary>
    public static XlLine ToXm(string line)
    {
        var address = "";
        var slot = "";
        var options = new List<string>();
        var leftOut = new List<string>();
        foreach (var part in XlLine.Parts(line))
        {
            var (key, value) = XlLine.Pair(part);
            switch (key)
            {
                case "bdf" when value is not null:
                    address = value;
                    break;
                case "vslot" when value is not null:
                    slot = value;
                    break;
                case "msitranslate" or "power_mgmt" when value is not null:
                    options.Add($"{key}={(XlLine.LeadingNumber(value) != 0 ? 1 : 0)}");
                    break;
                case "permissive" or "seize" or "rdm_policy" or "backend" when value is not null:
                    leftOut.Add(part);
                    break;
                case "name" when value is not null:
                    return XlLine.Refused($"name={value} cannot be had: xend knows devices by their address (bdf)");
                default:
                    if (value is not null || address.Length > 0)
                    {
                        return XlLine.Refused($"'{part}' is unknown");
                    }
                    var ends = part.Split('@', 2);
                    (address, slot) = (ends[0], ends.ElementAtOrDefault(1) ?? "");
                    break;
            }
        }
        if (!Address.IsMatch(address))
        {
            return XlLine.Refused($"'{address}' is no address such as 07:00.0 or 0000:07:00.*");
        }
        if (slot.Length > 0 && !Slot.IsMatch(slot))
        {
            return XlLine.Refused($"'{slot}' is no slot in the guest: it is 0 to 1f");
        }
        var place = slot.Length > 0 ? "@" + (slot.StartsWith("0x", StringComparison.Ordinal) ? slot.Substring(2) : slot) : "";
        return new XlLine(string.Join(',', options.Prepend(address + place)), null, leftOut);
    }
}
