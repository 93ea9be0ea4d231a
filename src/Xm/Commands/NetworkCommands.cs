using Sxp;
using Xm.CommandLine;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm network-attach</c></summary>
internal sealed class NetworkAttachCommand : Command
{
    private static readonly string[] Keys = ["type", "mac", "bridge", "ip", "script", "backend", "vifname", "rate", "model", "accel"];

    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 11);
        var words = call.Arguments.Where(word => word != "--").ToList();
        List<SValue> device = ["vif"];
        foreach (var word in words[1..])
        {
            if (word.Split('=') is not [var key, { Length: > 0 } value] || !Keys.Contains(key))
            {
                throw new UsageError($"Invalid argument: {word}");
            }
            if (key == "mac" && !IsMac(value))
            {
                throw new CommandError("Cannot create a new virtual network interface - MAC address is not valid!");
            }
            device.Add(SList.Of(key, value));
        }
        call.Xend.Call("xend.domain.device_create", words[0], new SList(device));
        return 0;
    }

    private static bool IsMac(string text) =>
        text.Split(':') is { Length: 6 } parts && parts.All(part => part.Length is 1 or 2 && part.All(char.IsAsciiHexDigit));
}

/// <summary><c>xm network-detach</c></summary>
internal sealed class NetworkDetachCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2, 3);
        var words = call.Arguments.Where(word => word != "--").ToList();
        var device = words[1].Split(':').Length == 6 ? OfMac(call, words[0], words[1]) : words[1];
        Devices.Detach(call, words[0], "vif", device, words.Count > 2 ? words[2] : null);
        return 0;
    }

    /// <summary>The number of the interface with an address.</summary>
    private static SValue OfMac(CommandCall call, string domain, string mac)
    {
        foreach (var device in Devices.Of(call, domain, "vif"))
        {
            if (device is [var number, SList nodes] && string.Equals(nodes.Value("mac").AsText(), mac, StringComparison.OrdinalIgnoreCase))
            {
                return number;
            }
        }
        throw new CommandError($"Cannot find device '{mac}' in domain '{domain}'");
    }
}

/// <summary><c>xm network-list</c></summary>
internal sealed class NetworkListCommand : Command
{
    public override int Run(CommandCall call) => Devices.List(call, "vif", DeviceTable.NetworkHeader, DeviceTable.NetworkRow);
}
