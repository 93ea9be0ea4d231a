namespace Xm.Config.Xl;

/// <summary>A PCI device as xl writes it (xl-pci-configuration(5)): xm's form with a few more options.</summary>
internal static class XlPci
{
    private static bool IsXlOption(string option) =>
        option.Split('=')[0] is "permissive" or "seize" or "rdm_policy" or "name" or "backend" or "bdf" or "vslot";

    public static bool IsXl(string line) => line.Split(',', StringSplitOptions.TrimEntries).Any(IsXlOption);

    /// <summary>The device in xm's form.</summary>
    public static string ToXm(string line, ICollection<string> leftOut)
    {
        var address = "";
        var slot = "";
        var options = new List<string>();
        foreach (var part in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith("bdf=", StringComparison.Ordinal))
            {
                address = part.Substring("bdf=".Length);
            }
            else if (part.StartsWith("vslot=", StringComparison.Ordinal))
            {
                slot = "@" + part.Substring("vslot=".Length);
            }
            else if (IsXlOption(part))
            {
                leftOut.Add(part);
            }
            else if (address.Length == 0)
            {
                address = part;
            }
            else
            {
                options.Add(part);
            }
        }
        return string.Join(',', [address + slot, .. options]);
    }
}
