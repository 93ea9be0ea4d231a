using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Model.Devices;

/// <summary>A USB controller for a guest with PV drivers (xen-hcd), into whose ports USB devices of the host are plugged.</summary>
/// <param name="Uuid">The device's own UUID.</param>
/// <param name="Id">Its number.</param>
/// <param name="Version">1 or 2: USB 1.1 or 2.0.</param>
/// <param name="Ports">
/// What is in each port, from port 1 on: the place of the host's device as sysfs names it (<c>1-2.3</c>: bus and ports), or nothing.
/// </param>
public sealed partial record VusbConfig(Guid Uuid, uint Id, int Version, ImmutableArray<string> Ports) : DeviceConfig("vusb", Uuid, Id)
{
    /// <summary>USBBACK_MAXPORTS of qemu's hw/usb/xen-usb.c.</summary>
    public const int MostPorts = 16;

    /// <summary>The same controller with another device, or none, in a port.</summary>
    /// <param name="port">From 1 on.</param>
    /// <param name="place">Of the host's device; empty for none.</param>
    public VusbConfig With(int port, string place) => this with { Ports = Ports.SetItem(port - 1, place) };

    /// <summary>Whether a text can be the place of a USB device of the host.</summary>
    public static bool IsPlace(string text) => Place().IsMatch(text);

    public bool Equals(VusbConfig? other) =>
        other is not null && Uuid == other.Uuid && Id == other.Id && Version == other.Version && Ports.SequenceEqual(other.Ports);

    public override int GetHashCode() => HashCode.Combine(Uuid, Id, Version, Ports.Length);

    [GeneratedRegex(@"^[0-9]{1,2}-[0-9]{1,2}(\.[0-9]{1,2}){0,5}\z")]
    private static partial Regex Place();
}
