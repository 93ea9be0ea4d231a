using Sxp;
using Xm.CommandLine;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary>The key=value lines of <c>vfb</c>.</summary>
internal static class FramebufferLine
{
    /// <exception cref="CommandError">A part has no equals sign, or its key is unknown.</exception>
    public static SList ToSxp(string line, Settings settings, Surroundings surroundings)
    {
        var parts = new KeyValueList(line);
        // type=vnc is how vnc=1 was once written.
        parts.Rename("type", static kind => (kind, "1"));
        var device = new SxpList("vfb");
        foreach (var (key, value) in parts.Pairs())
        {
            if (!IsKey(key))
            {
                throw new CommandError($"configuration option {key} unknown to vfbs");
            }
            device.Add(key, value);
        }
        if (parts["keymap"] is null)
        {
            device.AddIfTrue("keymap", settings["keymap"]);
        }
        if (parts["display"] is null && surroundings.Variable("DISPLAY") is { } display)
        {
            device.Add("display", display);
        }
        if (parts["xauthority"] is null)
        {
            device.Add("xauthority", UserDisplay.KeyFile(surroundings));
        }
        return device.ToSxp();
    }

    private static bool IsKey(string key) =>
        key
            is "vnclisten"
                or "vncunused"
                or "vncdisplay"
                or "display"
                or "videoram"
                or "xauthority"
                or "sdl"
                or "vnc"
                or "vncpasswd"
                or "opengl"
                or "keymap"
                or "serial"
                or "monitor";
}
