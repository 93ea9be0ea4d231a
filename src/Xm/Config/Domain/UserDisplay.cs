using Xm.Host;

namespace Xm.Config.Domain;

/// <summary>The X server of the user who calls xm.</summary>
internal static class UserDisplay
{
    /// <summary>Its key file: $XAUTHORITY, or .Xauthority of the user's home.</summary>
    public static string KeyFile(Surroundings surroundings)
    {
        if (surroundings.Variable("XAUTHORITY") is { Length: > 0 } given)
        {
            return given;
        }
        var home =
            surroundings.Variable("HOME") is { Length: > 0 } set ? set
            : surroundings.IsRoot ? "/root"
            : "";
        return home + "/.Xauthority";
    }
}
