using Sxp;
using Xm.CommandLine;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm vtpm-attach</c>: under the name, and with the words, that xl has for it.</summary>
internal sealed class VtpmAttachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2, 3);
        var words = call.Arguments.Where(word => word != "--").ToList();
        List<SValue> device = ["vtpm"];
        foreach (var word in words.Skip(1))
        {
            if (word.Split('=') is not [("uuid" or "backend") and var key, { Length: > 0 } value])
            {
                throw new UsageError($"Invalid argument: {word}");
            }
            device.Add(SList.Of(key, value));
        }
        if (!words.Skip(1).Any(word => word.StartsWith("backend=", StringComparison.Ordinal)))
        {
            throw new UsageError("No backend=<BackDomain> given: dom0 serves no vTPMs");
        }
        call.Xend.Call("xend.domain.device_create", words[0], new SList(device));
        return 0;
    }
}

/// <summary><c>xm vtpm-detach</c>: by its number or its UUID, as in xl.</summary>
internal sealed class VtpmDetachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2, 3);
        var words = call.Arguments.Where(word => word != "--").ToList();
        Devices.Detach(call, words[0], "vtpm", words[1], words.Count > 2 ? words[2] : null);
        return 0;
    }
}

/// <summary><c>xm vtpm-list</c></summary>
internal sealed class VtpmListCommand : Command
{
    public override int Run(CommandCall call) => Devices.List(call, "vtpm", DeviceTable.VtpmHeader, DeviceTable.VtpmRow);
}
