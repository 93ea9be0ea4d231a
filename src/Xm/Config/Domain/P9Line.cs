using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>tag=TAG, path=DIRECTORY, security_model=MODEL, backend=DOM</c>: a directory of dom0, in the form of xl.</summary>
internal static class P9Line
{
    private static readonly string[] Keys = ["tag", "path", "security_model", "backend"];

    /// <exception cref="CommandError">A part has no equals sign, or its key is unknown.</exception>
    public static SList ToSxp(string line)
    {
        var parts = new KeyValueList(line);
        if (parts.Pairs().Select(pair => pair.Key).FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
        {
            throw new CommandError("Invalid p9 option: " + unknown);
        }
        var device = new SxpList("9pfs");
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
