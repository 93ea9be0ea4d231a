using Xm.CommandLine;

namespace Xm.Commands;

/// <summary>
/// <c>xm new</c>: the same file as for <c>xm create</c>, but xend only keeps the domain. Old xm prints no more than the file's name.
/// </summary>
internal sealed class NewCommand : Command
{
    public override string ParserHelp => CreateOptions.Parser(CreateOptions.Options).OptionHelp();

    public override int Run(CommandCall call)
    {
        if (CreateCommand.Configure(new Settings(CreateOptions.Specs), call) is { } configuration)
        {
            call.Xend.Call("xend.domain.new", configuration);
        }
        return 0;
    }
}
