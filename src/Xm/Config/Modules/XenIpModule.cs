using System.Globalization;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>
/// Module <c>xen.util.ip</c>, whose functions old xm put into every file. What it found out by running route and ifconfig comes from
/// /proc/net
/// here: routes from <c>route</c> (hexadecimal, in the byte order of the machine), own addresses from <c>fib_trie</c>.
/// </summary>
internal static class XenIpModule
{
    public static IEnumerable<(string, Value)> All() => Functions().Select(function => (function.Name, (Value)function));

    private static Builtin[] Functions() =>
        [
            new("add_offset_to_ip(ip, offset)", call => Dotted(Fitting(SocketModule.Address(call, 0) + call.Whole(1)))),
            new("check_subnet(ip, network, netmask)", call =>
                BoolValue.Of(
                    (SocketModule.Address(call, 0) & SocketModule.Address(call, 2))
                        == (SocketModule.Address(call, 1) & SocketModule.Address(call, 2))
                )
            ),
            new("get_current_ipaddr(dev='defaultroute')", call =>
                Connected(call) is { } route && OwnAddress(call.Machine, route) is { } own ? Dotted(own) : NoneValue.Instance
            ),
            new("get_current_ipgw(dev='defaultroute')", call =>
                Routes(call.Machine).FirstOrDefault(route => route.Device == Device(call) && route.Gateway != 0) is { } route
                    ? Dotted(route.Gateway)
                    : NoneValue.Instance
            ),
            new("get_current_ipmask(dev='defaultroute')", call => Connected(call) is { } route ? Dotted(route.Mask) : NoneValue.Instance),
            new("get_defaultroute()", call =>
                Default(call.Machine) is { } route
                    ? new ListValue([Dotted(route.Gateway), route.Device])
                    : new ListValue([NoneValue.Instance, NoneValue.Instance])
            ),
            new("inet_aton(ip)", call => new IntValue(SocketModule.Address(call, 0))),
            new("inet_ntoa(n)", call => Dotted(Fitting(call.Whole(0)))),
        ];

    private sealed record Route(string Device, uint Destination, uint Gateway, uint Mask);

    private static string? Device(Arguments call) =>
        call.Text(0, "defaultroute") is var name && name == "defaultroute" ? Default(call.Machine)?.Device : name;

    private static Route? Default(Machine machine) => Routes(machine).FirstOrDefault(route => route is { Destination: 0, Mask: 0 });

    /// <summary>The route to the network that the device is in.</summary>
    private static Route? Connected(Arguments call) =>
        Routes(call.Machine).FirstOrDefault(route => route.Device == Device(call) && route is { Gateway: 0, Mask: not 0 });

    private static List<Route> Routes(Machine machine)
    {
        var routes = new List<Route>();
        foreach (var line in (machine.Files.Fact("/proc/net/route") ?? "").Split('\n').Skip(1))
        {
            // Iface Destination Gateway Flags RefCnt Use Metric Mask ...
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 7 && Hex(words[1]) is { } destination && Hex(words[2]) is { } gateway && Hex(words[7]) is { } mask)
            {
                routes.Add(new Route(words[0], destination, gateway, mask));
            }
        }
        return routes;
    }

    private static uint? Hex(string text) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number)
            : null;

    /// <summary>The address of this host in the network of a route: a line <c>|-- ADDRESS</c> that <c>/32 host LOCAL</c> follows.</summary>
    private static uint? OwnAddress(Machine machine, Route route)
    {
        var lines = (machine.Files.Fact("/proc/net/fib_trie") ?? "").Split('\n');
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            if (
                lines[i + 1].Contains("host LOCAL", StringComparison.Ordinal)
                && Parse(lines[i].Split("|--")[^1].Trim()) is { } address
                && (address & route.Mask) == route.Destination
            )
            {
                return address;
            }
        }
        return null;
    }

    private static uint? Parse(string text) =>
        System.Net.IPAddress.TryParse(text, out var address) && address.GetAddressBytes() is { Length: 4 } bytes
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : null;

    /// <summary>An address that a sum gave: struct.pack, which old xm made it with, takes no others.</summary>
    private static uint Fitting(long number) =>
        number is >= 0 and <= uint.MaxValue
            ? (uint)number
            : throw Raised.Of("struct.error", "'I' format requires 0 <= number <= 4294967295");

    private static StrValue Dotted(uint address) => new($"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}");
}
