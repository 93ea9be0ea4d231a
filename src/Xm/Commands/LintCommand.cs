using Xm.CommandLine;
using Xm.Config;
using Xm.Config.Domain;
using Xm.Config.Lint;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm lint</c>: all that is wrong with a guest file, without a word to xend.</summary>
internal sealed class LintCommand : Command
{
    private const string Usage = "[options] [vars]\n\nCheck a guest file.\n";

    public override string ParserHelp => new OptionParser(Options, Usage).OptionHelp();

    private static OptionSpec[] Options =>
        [
            OptionSpec.Switch("help", 'h', "Print this help."),
            OptionSpec.Switch("json", '\0', "Print what was found as JSON."),
            OptionSpec.Text("path", '\0', "PATH", ".:/etc/xen", "Where the file is looked for: directories with colons between them."),
            CreateOptions.As,
            OptionSpec.Text("defconfig", 'f', "FILE", "xmdefconfig", "The guest file; a bare name does as well."),
        ];

    public override int Run(CommandCall call)
    {
        OptionSpec[] specs = [.. Options, .. GuestVariables.All];
        var settings = new Settings(specs);
        var words = new OptionParser(specs, Usage, bareWord: "defconfig").Parse(call.Arguments, settings);
        // The file's variables are settings too, and may be called like the option.
        var asJson = settings.IsTrue("json");
        var form = CreateOptions.Form(settings);
        GuestFile.SetDisplay(settings, call.Surroundings);
        var name = settings.Text("defconfig") ?? "";
        var file = ConfigFile.Find(name, settings.Text("path") ?? "", call.Surroundings)
            ?? throw new UsageError($"Unable to open config file: {name}") { Closing = Usage };
        var report = new GuestCheck(settings, call.Arguments, call.Surroundings).Check(
            file,
            name,
            CreateOptions.ScriptVariables(words),
            form
        );
        if (asJson)
        {
            LintJson.Write(report, call.Out);
        }
        else
        {
            LintText.Write(report, call.Out);
        }
        return report.Errors > 0 ? 1 : 0;
    }
}
