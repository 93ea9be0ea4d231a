using Sxp;
using Xm.CommandLine;
using Xm.Config;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Commands;

/// <summary><c>xm create</c>: from the configuration file to a running domain.</summary>
internal sealed class CreateCommand : Command
{
    public override string ParserHelp => CreateOptions.Parser(CreateOptions.Options).OptionHelp();

    public override int Run(CommandCall call)
    {
        var settings = new Settings(CreateOptions.Specs);
        if (Configure(settings, call) is not { } configuration)
        {
            return 0;
        }
        var creation = new DomainCreation(call, configuration, isPaused: settings.IsTrue("paused"), isQuiet: settings.IsTrue("quiet"));
        if (settings.IsTrue("vncconsole") && settings["vncconsole"] is not StrValue { Text: "0" or "no" or "None" })
        {
            // The viewer is on its own from then on, as it always was.
            var givePassword = settings.IsTrue("vncviewer-autopass");
            creation.Started = (xend, name) => new VncViewer(call).Start(xend, name, givePassword, outlives: true).Dispose();
        }
        return settings.IsTrue("console_autoconnect") ? new ConsoleCreation(call, creation).Run() : creation.Run();
    }

    /// <summary>What options and file make of the guest; null where only something was to be printed. Also for <c>xm new</c>.</summary>
    internal static SValue? Configure(Settings settings, CommandCall call)
    {
        var parser = CreateOptions.Parser(CreateOptions.Specs);
        var words = parser.Parse(call.Arguments, settings);
        if (settings.IsTrue("help_config"))
        {
            call.Out.WriteLine(parser.VariableHelp());
            return null;
        }
        var configuration = settings.Text("config") is { Length: > 0 } file ? ReadExpression(file, call) : Evaluate(settings, words, call);
        if (settings.IsTrue("dryrun"))
        {
            call.Out.Write(SxpWriter.Pretty(configuration));
        }
        return settings.IsTrue("dryrun") || settings.IsTrue("xmldryrun") ? null : configuration;
    }

    /// <summary>The first expression of a file.</summary>
    private static SValue ReadExpression(string file, CommandCall call)
    {
        try
        {
            var (expression, notices) = ExpressionFile.Parse(file, File.ReadAllBytes(call.Surroundings.Resolve(file)));
            foreach (var notice in notices)
            {
                call.Errors.WriteLine(notice);
            }
            return expression;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageError($"Cannot read file {file}: {Errno.Text(error)}") { Closing = CreateOptions.Usage };
        }
    }

    private static SValue Evaluate(Settings settings, List<string> words, CommandCall call)
    {
        var surroundings = call.Surroundings;
        // The file's variables are settings too, and may be called like the option.
        var form = CreateOptions.Form(settings);
        GuestFile.SetDisplay(settings, surroundings);
        var name = settings.Text("defconfig") ?? "";
        var file = ConfigFile.Find(name, settings.Text("path") ?? "", surroundings)
            ?? throw new UsageError($"Unable to open config file: {name}") { Closing = CreateOptions.Usage };
        if (!settings.IsTrue("quiet"))
        {
            call.Out.WriteLine($"Using config file \"{file.Path}\".");
        }
        return GuestFile.Read(file, CreateOptions.ScriptVariables(words), form).ToExpression(settings, name, surroundings);
    }
}
