using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>policy=POLICY,label=LABEL</c> of the ACM security module, which Xen has lost: carried along, without effect.</summary>
internal static class AccessControlLine
{
    private const string Policy = "policy=";
    private const string Label = ",label=";

    /// <summary><c>(security ((access_control (policy P) (label L))))</c>; null where there is none.</summary>
    /// <exception cref="CommandError">There are several, or one is of another form.</exception>
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
        // A policy may have commas: the last label counts, as of old.
        var line = lines[0];
        var label = line.LastIndexOf(Label, StringComparison.Ordinal);
        if (!line.StartsWith(Policy, StringComparison.Ordinal) || label < Policy.Length)
        {
            throw new CommandError("Invalid access_control specifier: " + line);
        }
        var control = new SxpList("access_control")
            .Add("policy", line.Substring(Policy.Length, label - Policy.Length))
            .Add("label", line.Substring(label + Label.Length));
        return SList.Of("security", SList.Of(control.ToSxp()));
    }
}
