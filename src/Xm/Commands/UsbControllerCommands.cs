using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm usb-hc-create</c></summary>
internal sealed class UsbControllerCreateCommand : Command
{
    private const int MostPorts = 16;

    public override int Run(CommandCall call)
    {
        call.RequireCount(3);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        var count =
            int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MostPorts
                ? number
                : throw new UsageError($"Invalid number of ports: {words[2]} (1 to {MostPorts})");
        var ports = Enumerable.Range(1, count).Select(SValue (port) => SList.Of(port.ToString(CultureInfo.InvariantCulture), ""));
        call.Xend.Call(
            "xend.domain.device_create",
            words[0],
            SList.Of("vusb", SList.Of("usb-ver", words[1]), SList.Of("num-ports", words[2]), new SList(["port", .. ports]))
        );
        return 0;
    }
}

/// <summary><c>xm usb-hc-destroy</c></summary>
internal sealed class UsbControllerDestroyCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2, 3);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        Devices.Detach(call, words[0], "vusb", words[1], words.Length > 2 ? words[2] : null);
        return 0;
    }
}

/// <summary><c>xm usb-attach</c>, <c>xm usb-detach</c></summary>
internal sealed class UsbPortCommand(bool attach) : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(attach ? 4 : 3);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        var port = SList.Of("port", SList.Of(words[2], attach ? words[3] : ""));
        call.Xend.Call("xend.domain.device_configure", words[0], SList.Of("vusb", port), words[1]);
        return 0;
    }
}

/// <summary><c>xm usb-list</c></summary>
internal sealed class UsbListCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        var controllers = Devices.Of(call, call.Word, "vusb");
        var present = controllers.Count > 0 ? HostUsb.Read(call) : [];
        foreach (var controller in controllers)
        {
            call.Out.WriteLine(DeviceTable.UsbHeader);
            call.Out.WriteLine(DeviceTable.UsbRow(controller));
            foreach (var port in DeviceTable.NodesOf(controller).Child("port")?.Items.Skip(1).OfType<SList>() ?? [])
            {
                var place = port.Count > 1 ? port[1].AsText() ?? "" : "";
                var found = present.FirstOrDefault(device => device.Place == place);
                call.Out.WriteLine($"port {port[0].AsText()}: {place}{(found is null ? "" : $" [{found}]")}");
            }
        }
        return 0;
    }
}

/// <summary><c>xm usb-list-assignable-devices</c></summary>
internal sealed class UsbAssignableCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(0);
        foreach (var device in HostUsb.Read(call).Where(device => device.Domain.Length == 0))
        {
            call.Out.WriteLine($"{PythonText.Left(device.Place, 13)}: {device}");
        }
        return 0;
    }
}

/// <summary>A USB device of the host, as xend tells it.</summary>
internal sealed record HostUsb(string Place, string Vendor, string Product, string Info, string Domain)
{
    public static IReadOnlyList<HostUsb> Read(CommandCall call) =>
        call.Xend.Call("xend.node.usb_devices") is SList list
            ?
            [
                .. list
                    .Items.OfType<SList>()
                    .Select(device => new HostUsb(
                        Text(device, "bus"),
                        Text(device, "vendor"),
                        Text(device, "product"),
                        Text(device, "info"),
                        Text(device, "domain")
                    )),
            ]
            : [];

    public override string ToString() => $"ID {PythonText.Left(Vendor, 4)}:{PythonText.Left(Product, 4)} {Info}";

    private static string Text(SList device, string key) => device.Value(key).AsText() ?? "";
}
