using System.Globalization;
using System.Numerics;
using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>instance=N|VTPMD,backend=DOM,uuid=UUID</c></summary>
internal static class TpmLine
{
    /// <exception cref="CommandError">A part is unknown, or the instance is no number other than 0.</exception>
    public static SList ToSxp(string line) => ToSxp(Parts(line));

    private static Dictionary<string, string> Parts(string line)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in line.Split(','))
        {
            var pair = part.Split('=', 2);
            var key = PythonStrip.Strip(pair[0]);
            if (pair.Length < 2 || key is not ("backend" or "instance" or "uuid"))
            {
                throw new CommandError("Invalid vtpm specifier: " + line);
            }
            parts[key] = PythonStrip.Strip(pair[1]);
        }
        return parts;
    }

    private static SList ToSxp(IReadOnlyDictionary<string, string> parts)
    {
        var device = new SxpList("vtpm");
        if (parts.TryGetValue("instance", out var instance))
        {
            device.Add("pref_instance", Instance(instance));
        }
        foreach (var key in new[] { "backend", "uuid" })
        {
            if (parts.GetValueOrDefault(key) is { Length: > 0 } value)
            {
                device.Add(key, value);
            }
        }
        return device.ToSxp();
    }

    private static string Instance(string text)
    {
        if (text == "VTPMD")
        {
            return "0";
        }
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw new CommandError("Vm config error: could not parse instance number.");
        }
        return number.IsZero ? throw new CommandError("VM config error: vTPM instance must not be 0.") : text;
    }
}
