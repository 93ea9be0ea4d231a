using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Model.Devices;

/// <summary>The shape of USB controllers: <c>(vusb (usb-ver 2) (num-ports 8) (port (1 1-1) (2 '') ...))</c>.</summary>
public sealed class VusbClass : DeviceClass<VusbConfig>
{
    public override string Name => "vusb";

    public override bool HasDeviceId => true;

    public override VusbConfig Read(SList body, DeviceReading reading)
    {
        var parts = reading.Parts;
        var version = parts.Read("usb-ver", 2, () => (int?)DomainConfigReader.ReadInteger(body, "usb-ver", 1, 2) ?? 2);
        var count = parts.Read("num-ports", 8, () => (int?)DomainConfigReader.ReadInteger(body, "num-ports", 1, VusbConfig.MostPorts) ?? 8);
        var ports = Enumerable.Repeat("", count).ToArray();
        foreach (var (port, place) in parts.Read<IReadOnlyList<(int, string)>>("port", [], () => [.. ReadPorts(body, count)]))
        {
            ports[port - 1] = place;
        }
        return new VusbConfig(reading.Uuid, reading.Id, version, [.. ports]);
    }

    /// <summary>A port and what is to be in it: <c>(port (1 1-1))</c>, as xm sends it for a change.</summary>
    public static IEnumerable<(int Port, string Place)> ReadPorts(SList body, int count)
    {
        foreach (var pair in body.Child("port")?.Items.Skip(1).OfType<SList>() ?? [])
        {
            var (port, place) = (pair.Count > 0 ? pair[0].AsText() : null, pair.Count > 1 ? pair[1].AsText() : "");
            if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > count)
            {
                throw DomainConfigReader.Invalid(
                    $"Invalid Port Number '{DomainConfigReader.Printable(port ?? "")}'",
                    $"The controller has the ports 1 to {count}."
                );
            }
            if (place is not "" && (place is null || !VusbConfig.IsPlace(place)))
            {
                throw DomainConfigReader.Invalid(
                    $"Invalid Busid '{DomainConfigReader.Printable(place ?? "")}'",
                    "It is a bus and the ports on the way to the device, as in 1-2 or 1-2.3: xm usb-list-assignable-devices lists them."
                );
            }
            yield return (number, place);
        }
    }

    public override IEnumerable<SValue> Listed(DeviceConfig device) => [Ports((VusbConfig)device)];

    protected override SList Write(VusbConfig device) =>
        new(["vusb", SList.Of("uuid", device.Uuid.ToString()), SList.Of("devid", device.Id), .. Shape(device)]);

    protected override SList Show(VusbConfig device, DeviceShowing showing) =>
        new(["vusb", SList.Of("uuid", device.Uuid.ToString()), .. Shape(device)]);

    protected override IEnumerable<DeviceMark> Marks(VusbConfig device) =>
        device
            .Ports.Where(place => place.Length > 0)
            .Select(place => new DeviceMark($"usb {place}", $"The USB device {place}"))
            .Prepend(new DeviceMark($"vusb/{device.Id}", $"The device \"vusb {device.Id}\""));

    private static IEnumerable<SValue> Shape(VusbConfig device) =>
        [SList.Of("usb-ver", device.Version), SList.Of("num-ports", device.Ports.Length), Ports(device)];

    private static SList Ports(VusbConfig device) =>
        new(["port", .. device.Ports.Select(SValue (place, index) => SList.Of((SValue)(index + 1), place))]);
}
