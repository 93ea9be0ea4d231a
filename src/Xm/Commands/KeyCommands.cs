namespace Xm.Commands;

/// <summary><c>xm sysrq</c></summary>
internal sealed class SysrqCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        call.Xend.Call("xend.domain.send_sysrq", words[0], words[1]);
        return 0;
    }
}

/// <summary><c>xm debug-keys</c></summary>
internal sealed class DebugKeysCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Xend.Call("xend.node.send_debug_keys", call.Word);
        return 0;
    }
}
