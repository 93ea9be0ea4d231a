using Sxp;
using Xm.CommandLine;
using Xm.Config.Values;

namespace Xm.Commands;

/// <summary><c>xm migrate</c>: a guest goes to another host.</summary>
internal sealed class MigrateCommand : Command
{
    private const string Usage = "[options] DOM HOST\n\nMove domain DOM to host HOST, where xend has to take guests.\n";

    private static OptionSpec[] Options =>
        [
            OptionSpec.Switch("help", 'h', "Print this help."),
            OptionSpec.Switch("live", 'l', "It runs while most of its memory goes."),
            Number("port", 'p', "portnum", 0, "The port there."),
            Number("node", 'n', "nodenum", -1, "The NUMA node there."),
            OptionSpec.Switch("ssl", 's', "By TLS."),
            OptionSpec.Switch("change_home_server", 'c', "It is in the other xend's keeping from then on."),
            Number("resource", 'r', "MBIT", 0, "Without effect."),
            OptionSpec.Switch("dry-run", '\0', "Only tell what is in its way."),
            OptionSpec.Switch("no-live-fallback", '\0', "With --live: stay where it would have to stand still."),
            OptionSpec.Switch("quiet", 'q', "Print nothing."),
        ];

    private static OptionParser Parser => new(Options, Usage);

    public override string ParserHelp => Parser.OptionHelp();

    public override int Run(CommandCall call)
    {
        var settings = new Settings(Options);
        var words = Parser.Parse(call.Arguments, settings);
        if (words.Count != 2)
        {
            throw new UsageError("Invalid number of arguments") { Closing = Usage };
        }
        SValue[] arguments =
        [
            words[0],
            words[1],
            settings.IsTrue("live"),
            NumberIn(settings, "port"),
            NumberIn(settings, "node"),
            settings.IsTrue("ssl") ? true : SNone.Instance,
            settings.IsTrue("change_home_server"),
            settings.IsTrue("no-live-fallback"),
        ];
        if (settings.IsTrue("dry-run"))
        {
            return Rehearse(call, words, arguments);
        }
        var isQuiet = settings.IsTrue("quiet");
        var said = new LongCall(call, "migrate", isQuiet).Run("xend.domain.migrate", arguments).AsText();
        if (!isQuiet && said is { Length: > 0 })
        {
            call.Out.WriteLine(said);
        }
        return 0;
    }

    /// <summary>0 where nothing is in its way.</summary>
    private static int Rehearse(CommandCall call, List<string> words, SValue[] arguments)
    {
        var report = call.Xend.Call("xend.domain.migrate_rehearse", arguments) as SList ?? SList.Empty;
        var blockers = Texts(report, "blockers");
        foreach (var line in blockers.Concat(Texts(report, "notices")))
        {
            call.Out.WriteLine(line);
        }
        if (blockers.Count == 0)
        {
            call.Out.WriteLine($"{words[0]} can go to {words[1]}.");
        }
        return blockers.Count == 0 ? 0 : 1;
    }

    private static List<string> Texts(SList report, string name) =>
        [
            .. report
                .Items.OfType<SList>()
                .Where(list => list.Name == name)
                .SelectMany(list => list.Items.Skip(1))
                .Select(text => text.AsText() ?? ""),
        ];

    private static OptionSpec Number(string name, char letter, string argument, int value, string use) =>
        new(name, OptionKind.Integer, argument, value, use, letter);

    private static int NumberIn(Settings settings, string name) =>
        settings[name] is IntValue { Number: var number } && number >= int.MinValue && number <= int.MaxValue
            ? (int)number
            : throw new CommandError($"Invalid value: {name}");
}
