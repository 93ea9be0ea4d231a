namespace Xm.Config.Xl;

/// <summary>
/// A network interface as xl writes it (xl-network-configuration(5)): xm's form with a few more keys, and other words for its type.
/// </summary>
internal static class XlVif
{
    private static bool IsXlKey(string key) =>
        key is "gatewaydev" or "netdev" or "devid" or "mtu" or "trusted" or "forwarddev" or "vlan" or "hwaddr"
        || key.StartsWith("colo_", StringComparison.Ordinal);

    public static bool IsXl(string line) => Parts(line).Any(part => IsXlKey(part.Key) || part is { Key: "type", Value: "vif" });

    /// <summary>The interface in xm's form.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isHvm">Whether the guest is fully virtualized.</param>
    /// <param name="leftOut">Gets the parts that xend does not know.</param>
    public static string ToXm(string line, bool isHvm, ICollection<string> leftOut)
    {
        var parts = new List<string>();
        foreach (var (key, value) in Parts(line))
        {
            if (IsXlKey(key))
            {
                leftOut.Add($"{key}={value}");
            }
            else if (key == "type")
            {
                // xl's ioemu has an emulated and a paravirtual side, as xm's interfaces without a type have; its vif has the second only.
                if (value == "vif" && isHvm)
                {
                    parts.Add("type=netfront");
                }
            }
            else
            {
                parts.Add(value is null ? key : $"{key}={value}");
            }
        }
        return string.Join(',', parts);
    }

    private static IEnumerable<(string Key, string? Value)> Parts(string line)
    {
        foreach (var part in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            yield return equals < 0 ? (part, null) : (part.Substring(0, equals).TrimEnd(), part.Substring(equals + 1).TrimStart());
        }
    }
}
