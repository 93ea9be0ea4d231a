namespace Xm.Commands;

/// <summary><c>xm shutdown</c></summary>
internal sealed class ShutdownCommand : Command
{
    public override string ParserHelp => ShutdownRequest.Parser.OptionHelp();

    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 4);
        return new ShutdownRequest(call, call.Arguments).Run();
    }
}
