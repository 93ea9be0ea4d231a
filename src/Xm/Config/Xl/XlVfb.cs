using System.Globalization;

namespace Xm.Config.Xl;

/// <summary>
/// A framebuffer as xl writes it: xm's form, but that VNC is on by default, that an address may have the display behind it, and that xl
/// goes on behind a key that it does not know and stops at a part that is no pair.
/// </summary>
internal static class XlVfb
{
    /// <summary>The framebuffer in xm's form.</summary>
    public static XlLine ToXm(string line)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["vnc"] = "1" };
        var parts = XlLine.Parts(line).ToList();
        var pairs = parts.TakeWhile(part => part.Contains('=')).ToList();
        var leftOut = new List<string>();
        foreach (var part in pairs)
        {
            var (key, value) = XlLine.Pair(part);
            switch (key)
            {
                case "vnc" or "vncunused" or "sdl" or "opengl":
                    values[key] = XlLine.LeadingNumber(value!) != 0 ? "1" : "0";
                    break;
                case "vncdisplay":
                    values[key] = XlLine.LeadingNumber(value!).ToString(CultureInfo.InvariantCulture);
                    break;
                case "vnclisten" or "vncpasswd" or "keymap" or "display" or "xauthority":
                    values[key] = value!;
                    break;
                default:
                    leftOut.Add(part);
                    break;
            }
        }
        leftOut.AddRange(parts.Skip(pairs.Count));
        if (SplitListen(values.GetValueOrDefault("vnclisten") ?? "") is var (address, display))
        {
            if (values.GetValueOrDefault("vncdisplay") is not (null or "0"))
            {
                return XlLine.Refused($"vnclisten={address}:{display} names a display, and vncdisplay={values["vncdisplay"]} another");
            }
            values["vnclisten"] = address;
            values["vncdisplay"] = display;
        }
        return new XlLine(string.Join(',', values.Select(pair => $"{pair.Key}={pair.Value}")), null, leftOut);
    }

    /// <summary>The address and the display of <c>ADDRESS:N</c>; null where no display stands behind the address.</summary>
    public static (string Address, string Display)? SplitListen(string listen)
    {
        var colon = listen.LastIndexOf(':');
        var isDisplay =
            colon >= 0
            && int.TryParse(listen.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (listen.IndexOf(':') == colon || listen[colon - 1] == ']');
        return isDisplay ? (listen.Substring(0, colon), listen.Substring(colon + 1)) : null;
    }
}
