using Sxp;
using Xm.CommandLine;
using Xm.Config;
using Xm.Config.Domain;
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
        var configuration = settings.Text("config") is { Length: > 0 } file
            ? ReadExpression(file, call)
            : Evaluate(settings, words, call);
        if (settings.IsTrue("dryrun"))
        {
            call.Out.Write(SxpWriter.Pretty(configuration));
        }
        return settings.IsTrue("dryrun") || settings.IsTrue("xmldryrun") ? null : configuration;
    }

    /// <summary>The first expression of a file, as it stands.</summary>
    private static SValue ReadExpression(string file, CommandCall call)
    {
        try
        {
            var expressions = SxpReader.ReadMany(File.ReadAllBytes(call.Surroundings.Resolve(file)));
            return expressions.Length > 0 ? expressions[0] : throw new CommandError($"File {file} has no s-expression in it.");
        }
        catch (SxpException error)
        {
            throw new CommandError($"File {file}, line {error.Line}, column {error.Column}: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageError($"Cannot read file {file}: {Errno.Text(error)}") { Closing = CreateOptions.Usage };
        }
    }

    private static SList Evaluate(Settings settings, List<string> words, CommandCall call)
    {
        var surroundings = call.Surroundings;
        SetDisplay(settings, surroundings);
        var name = settings.Text("defconfig") ?? "";
        var file = ConfigFile.Find(name, settings.Text("path") ?? "", surroundings)
            ?? throw new UsageError($"Unable to open config file: {name}") { Closing = CreateOptions.Usage };
        if (!settings.IsTrue("quiet"))
        {
            call.Out.WriteLine($"Using config file \"{file.Path}\".");
        }
        foreach (var (variable, value) in file.Evaluate(ScriptVariables(words)))
        {
            if (value.IsSetting)
            {
                settings.SetFromFile(variable, value);
            }
        }
        if (!settings.IsTrue("name"))
        {
            settings.Set("name", Path.GetFileName(name));
        }
        return new DomainConfiguration(settings, surroundings).Build();
    }

    /// <summary>VAR=VALUE of names that the table does not have.</summary>
    private static Dictionary<string, string> ScriptVariables(List<string> words)
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

    private static void SetDisplay(Settings settings, Surroundings surroundings)
    {
        if (!settings.IsTrue("display") && surroundings.Variable("DISPLAY") is { } display)
        {
            settings.Set("display", display);
        }
        if (!settings.IsTrue("xauthority"))
        {
            settings.Set("xauthority", UserDisplay.KeyFile(surroundings));
        }
    }
}
