using Sxp;

namespace Xend.Api.XmlRpc;

/// <summary>The methods for USB devices.</summary>
internal static class UsbCalls
{
    /// <summary><c>(usb (bus 1-2) (vendor 046d) (product c016) (info I) (domain D))</c> each.</summary>
    public static SValue Devices(Call call) =>
        new SList(
            call.Toolstack.ListUsb()
                .Select(
                    SValue (device) =>
                        SList.Of(
                            "usb",
                            SList.Of("bus", device.Place),
                            SList.Of("vendor", $"{device.Vendor:x4}"),
                            SList.Of("product", $"{device.Product:x4}"),
                            SList.Of("info", device.Name),
                            SList.Of("domain", device.Holder ?? "")
                        )
                )
        );

    /// <summary>xm sends the port that is to change, and nothing else: <c>(vusb (port (1 1-1)))</c>.</summary>
    public static async Task SetPortAsync(Call call, SList usb)
    {
        foreach (var (port, place) in VusbClass.ReadPorts(usb, VusbConfig.MostPorts).ToList())
        {
            await call
                .Toolstack.SetUsbPortAsync(
                    call.Arguments.Domain(0),
                    call.Arguments.DeviceNumber("vusb", 2),
                    port,
                    place,
                    call.Requester,
                    call.Stopping
                )
                .ConfigureAwait(false);
        }
    }
}
