namespace Xm.Commands;

/// <summary><c>xm reboot</c>: a shutdown with -R.</summary>
internal sealed class RebootCommand : Command
{
    public override string ParserHelp => ShutdownRequest.Parser.OptionHelp();

    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 3);
        return new ShutdownRequest(call, ["-R", .. call.Arguments]).Run();
    }
}
