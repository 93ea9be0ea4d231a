namespace Xm.Commands;

/// <summary><c>xm destroy</c></summary>
internal sealed class DestroyCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Xend.Call("xend.domain.destroy", call.Word);
        return 0;
    }
}
