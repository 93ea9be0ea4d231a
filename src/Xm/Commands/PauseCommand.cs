namespace Xm.Commands;

/// <summary><c>xm pause</c>, which also notes that a person did it.</summary>
internal sealed class PauseCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Xend.Call("xend.domain.pause", call.Word);
        call.Xend.Call("xend.domain.setpauseflag", call.Word, true);
        return 0;
    }
}
