using Sxp;
using Xm.CommandLine;
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
        List<SValue> device = [deviceClass, SList.Of("uname", words[1]), SList.Of("dev", words[2]), SList.Of("mode", words[3])];
        if (words.Count == 5)
        {
            device.Add(SList.Of("backend", words[4]));
        }
        call.Xend.Call("xend.domain.device_create", words[0], new SList(device));
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

/// <summary>What the commands for disks and those for network interfaces share.</summary>
internal static class Devices
{
    /// <summary>Takes a device away. Only the two words of old are an option; another is told and passed over.</summary>
    public static void Detach(CommandCall call, string domain, string deviceClass, SValue device, string? option)
    {
        if (option is not (null or "-f" or "--force"))
        {
            call.Out.WriteLine($"Ignoring option {option}");
            option = null;
        }
        call.Xend.Call("xend.domain.destroyDevice", domain, deviceClass, device, option is null ? SNone.Instance : option, true);
    }

    /// <summary>Prints nothing at all where there is no device.</summary>
    public static int List(CommandCall call, string deviceClass, string header, Func<SList, string> row)
    {
        call.RequireCount(1, 2);
        var (options, words) = call.Options("l", "long");
        if (words.Count != 1)
        {
            throw new UsageError("No domain parameter given");
        }
        var devices = Of(call, words[0], deviceClass);
        if (options.Count > 0)
        {
            foreach (var device in devices)
            {
                call.Out.Write(SxpWriter.Pretty(device));
            }
            return 0;
        }
        if (devices.Count > 0)
        {
            call.Out.WriteLine(header);
        }
        foreach (var device in devices)
        {
            call.Out.WriteLine(row(device));
        }
        return 0;
    }

    /// <summary>The devices of a class as xend answers: <c>(51712 ((backend-id 0) ...))</c> each.</summary>
    public static IReadOnlyList<SList> Of(CommandCall call, string domain, string deviceClass) =>
        call.Xend.Call("xend.domain.getDeviceSxprs", domain, deviceClass) is SList list ? [.. list.Items.OfType<SList>()] : [];
}
