namespace Xm.Commands;

/// <summary><c>xm unpause</c></summary>
internal sealed class UnpauseCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Xend.Call("xend.domain.unpause", call.Word);
        call.Xend.Call("xend.domain.setpauseflag", call.Word, false);
        return 0;
    }
}
