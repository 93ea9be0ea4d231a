using Sxp;

namespace Xm.Commands;

/// <summary><c>xm log</c></summary>
internal sealed class LogCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(0);
        call.Out.WriteLine(call.Xend.Call("xend.node.log").AsText() ?? "");
        return 0;
    }
}
