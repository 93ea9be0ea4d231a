using Sxp;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm block-attach</c></summary>
internal sealed class BlockAttachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(4, 5);
        var words = call.Arguments.Where(word => word != "--").ToList();
        // Old xm sent the class by the prefix; xend takes them all for disks.
        var deviceClass =
            words[1].StartsWith("tap2:", StringComparison.Ordinal) ? "tap2"
            : words[1].StartsWith("tap:", StringComparison.Ordinal) ? "tap"
            : "vbd";
        call.Xend.Call("xend.domain.device_create", words[0], Devices.Disk(deviceClass, words));
        return 0;
    }
}

/// <summary><c>xm block-detach</c></summary>
internal sealed class BlockDetachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2, 3);
        var words = call.Arguments.Where(word => word != "--").ToList();
        var deviceClass = call.Xend.Call("xend.domain.getBlockDeviceClass", words[0], words[1]).AsText() ?? "vbd";
        Devices.Detach(call, words[0], deviceClass, words[1], words.Count > 2 ? words[2] : null);
        return 0;
    }
}

/// <summary><c>xm block-list</c></summary>
internal sealed class BlockListCommand : Command
{
    public override int Run(CommandCall call) => Devices.List(call, "vbd", DeviceTable.BlockHeader, DeviceTable.BlockRow);
}
