namespace Xm.Commands;

/// <summary><c>xm usb-add</c></summary>
internal sealed class UsbAddCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        call.Xend.Call("xend.domain.usb_add", words[0], words[1]);
        return 0;
    }
}

/// <summary><c>xm usb-del</c></summary>
internal sealed class UsbDelCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        call.Xend.Call("xend.domain.usb_del", words[0], words[1]);
        return 0;
    }
}
