using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>connection=pty|socket, name=NAME, path=FILE, backend=DOM</c>: a stream of bytes to dom0, in the form of xl.</summary>
internal static class ChannelLine
{
    private static readonly string[] Keys = ["name", "connection", "path", "backend"];

    /// <exception cref="CommandError">A part has no equals sign, or its key is unknown.</exception>
    public static SList ToSxp(string line)
    {
        var parts = new KeyValueList(line);
        if (parts.Pairs().Select(pair => pair.Key).FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
        {
            throw new CommandError("Invalid channel option: " + unknown);
        }
        var device = new SxpList("channel");
        foreach (var key in Keys)
        {
            if (parts[key] is { Length: > 0 } value)
            {
                device.Add(key, value);
            }
        }
        return device.ToSxp();
    }
}
