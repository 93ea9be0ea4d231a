using Xm.CommandLine;
using Xm.Config;
using Xm.Config.Domain;

namespace Xm.Commands;

/// <summary>The options and variables of <c>xm create</c>, which other commands with a configuration file share.</summary>
internal static class CreateOptions
{
    public const string Usage =
        "[options] [vars]\n\nStart a domain.\n\nWhat the domain is like stands in a configuration file: a Python-like one "
        + "(--defconfig, or a bare "
        + "name),\nor an s-expression (--config). VAR=VALUE on the command line goes before what the file says.\n";

    public static OptionParser Parser(IReadOnlyList<OptionSpec> specs) => new(specs, Usage, bareWord: "defconfig");

    public static IReadOnlyList<OptionSpec> Specs => [.. Options, .. GuestVariables.All];

    /// <summary>VAR=VALUE of names that the table does not have.</summary>
    public static Dictionary<string, string> ScriptVariables(IEnumerable<string> words)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var pair = word.Split('=', 2);
            if (pair.Length == 2)
            {
                variables[pair[0].Trim()] = pair[1].Trim();
            }
        }
        return variables;
    }

    /// <summary>What a file is to be taken for, whatever it looks like.</summary>
    public static OptionSpec As =>
        OptionSpec.Text(
            "as",
            '\0',
            "xm|xl",
            null,
            "Take the configuration file as xm's or as xl's. Default: as xl's only where something in it means nothing to xm."
        );

    /// <summary>The value of <c>--as</c>; null where it is not given.</summary>
    /// <exception cref="UsageError">It is another word.</exception>
    public static GuestForm? Form(Settings settings) =>
        settings.Text("as") switch
        {
            null => null,
            "xm" => GuestForm.Xm,
            "xl" => GuestForm.Xl,
            var other => throw new UsageError($"--as={other} is unknown: it is xm or xl") { Closing = Usage },
        };

    public static OptionSpec[] Options =>
        [
            OptionSpec.Switch("help", 'h', "Print this help."),
            OptionSpec.Switch("help_config", '\0', "Print the variables of the configuration file."),
            OptionSpec.Switch("quiet", 'q', "Print no messages."),
            OptionSpec.Text(
                "path",
                '\0',
                "PATH",
                ".:/etc/xen",
                "Where configuration files are looked for: directories with colons between them."
            ),
            OptionSpec.Text(
                "defconfig",
                'f',
                "FILE",
                "xmdefconfig",
                "The configuration file. A variable that the command line gives (VAR=VALUE) keeps that value whatever the file says; "
                    + "one that "
                    + "nobody knows can be used by the file as a string."
            ),
            OptionSpec.Text(
                "config",
                'F',
                "FILE",
                null,
                "A file with the domain's s-expression, as --dryrun prints it.\nNothing else of the command line changes it."
            ),
            As,
            OptionSpec.Switch("dryrun", 'n', "Print the domain's s-expression and start nothing."),
            OptionSpec.Switch("xmldryrun", 'x', "Start nothing. (The XML that it printed belonged to the Xen-API.)"),
            OptionSpec.Switch("skipdtd", 's', "Without effect; it belonged to the Xen-API."),
            OptionSpec.Switch("paused", 'p', "Leave the domain paused."),
            OptionSpec.Switch("console_autoconnect", 'c', "Go to the domain's console, from its first line on."),
            OptionSpec.Switch("vncviewer", '\0', "Without effect; use vncconsole=yes."),
            OptionSpec.Switch("vncviewer-autopass", '\0', "Give the VNC viewer the password on stdin (its option -autopass)."),
        ];
}
