using Sxp;
using Xm.CommandLine;
using Xm.Config.Values;

namespace Xm.Config.Domain;

/// <summary>The key=value lines of <c>vif</c> and <c>vif2</c>.</summary>
internal static class NetworkLine
{
    /// <summary>More network interfaces than any domain can have.</summary>
    private const int MaxNics = 1000;

    /// <summary>The lines of all vifs, and as many empty ones as the old variable <c>nics</c> asks for.</summary>
    public static IReadOnlyList<string> Lines(Settings settings, Action<string> warn)
    {
        var lines = settings.Texts("vif").ToList();
        if (settings["nics"] is IntValue { Number: >= 0 } nics)
        {
            warn(
                nics.Number == 0
                    ? "Warning: The nics option is deprecated.  Please remove it."
                    : "Warning: The nics option is deprecated.  Please use an empty vif entry instead:\n\n  vif = [ '' ]\n"
            );
            while (lines.Count < Math.Min(nics.Number, MaxNics))
            {
                lines.Add("");
            }
        }
        return lines;
    }

    /// <exception cref="CommandError">A part has no equals sign, or its key is unknown.</exception>
    public static SList ToSxp(string kind, string line)
    {
        var device = new SxpList(kind);
        foreach (var (key, value) in new KeyValueList(line).Pairs())
        {
            if (!(kind == "vif" ? IsVifKey(key) : IsVif2Key(key)))
            {
                throw new CommandError($"Invalid {kind} option: {key}");
            }
            device.Add(key, value);
        }
        return device.ToSxp();
    }

    private static bool IsVifKey(string key) =>
        key
            is "backend"
                or "bridge"
                or "ip"
                or "mac"
                or "script"
                or "type"
                or "vifname"
                or "rate"
                or "model"
                or "accel"
                or "policy"
                or "label";

    private static bool IsVif2Key(string key) =>
        key
            is "front_mac"
                or "back_mac"
                or "backend"
                or "trusted"
                or "back_trusted"
                or "front_filter_mac"
                or "filter_mac"
                or "bridge"
                or "pdev"
                or "max_bypasses";
}
