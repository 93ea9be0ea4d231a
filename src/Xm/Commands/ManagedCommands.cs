namespace Xm.Commands;

/// <summary><c>xm delete</c></summary>
internal sealed class DeleteCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Xend.Call("xend.domain.delete", call.Word);
        return 0;
    }
}

/// <summary><c>xm rename</c></summary>
internal sealed class RenameCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(argument => argument != "--").ToList();
        call.Xend.Call("xend.domain.setName", words[0], words[1]);
        return 0;
    }
}

/// <summary><c>xm reset</c></summary>
internal sealed class ResetCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Xend.Call("xend.domain.reset", call.Word);
        return 0;
    }
}
