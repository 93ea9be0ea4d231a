using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>policy=POLICY,label=LABEL</c> of the ACM security module, which Xen has lost: carried along, without effect.</summary>
internal static class AccessControlLine
{
    /// <summary><c>(security ((access_control (policy P) (label L))))</c>; null where there is none.</summary>
    /// <exception cref="CommandError">There are several, or a part is unknown.</exception>
    public static SList? ToSxp(Settings settings)
    {
        var lines = settings.Texts("access_control").ToList();
        if (lines.Count == 0)
        {
            return null;
        }
        if (lines.Count > 1)
        {
            throw new CommandError("Multiple access_control definitions.");
        }
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in lines[0].Split(','))
        {
            var pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length < 2 || pair[0] is not ("policy" or "label"))
            {
                throw new CommandError("Invalid access_control specifier: " + lines[0]);
            }
            parts[pair[0]] = pair[1];
        }
        var control = new SxpList("access_control");
        foreach (var key in new[] { "policy", "label" })
        {
            control.Add(key, parts.GetValueOrDefault(key, ""));
        }
        return SList.Of("security", SList.Of(control.ToSxp()));
    }
}
