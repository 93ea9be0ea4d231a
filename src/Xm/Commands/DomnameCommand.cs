namespace Xm.Commands;

/// <summary><c>xm domname</c></summary>
internal sealed class DomnameCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Out.WriteLine(call.Xend.Domain(call.Word).Name());
        return 0;
    }
}
