using System.Text.RegularExpressions;

namespace Xend.Hosting.Logging;

/// <summary>Takes VNC passwords out of what is logged, in each form in which a configuration can show them.</summary>
internal static partial class SecretScrubber
{
    private const string Replacement = "XXXXXXXX";

    public static string Scrub(string text) =>
        text.Contains("vncpasswd", StringComparison.OrdinalIgnoreCase) ? Secret().Replace(text, "${name}" + Replacement) : text;

    /// <summary><c>(vncpasswd x)</c>, <c>vncpasswd='x'</c>, <c>vncpasswd=x,</c>, <c>["vncpasswd", "x"]</c>, <c>vncpasswd: x</c>.</summary>
    [GeneratedRegex(
        """(?<name>vncpasswd['"]?\s*(?:[=:,]\s*|\s))(?:'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|[^\s()'",\]}]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Secret();
}
