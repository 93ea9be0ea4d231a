using System.Globalization;
using System.Text.RegularExpressions;

namespace Model.Devices;

/// <summary>A USB device of the host, as xm and the configuration's <c>usbdevice</c> name it: by its place, or by what it is.</summary>
/// <remarks><c>host:BUS.ADDRESS</c> in decimal, as lsusb prints them, or <c>host:VENDOR:PRODUCT</c> in hexadecimal.</remarks>
public abstract partial record HostUsbDevice
{
    /// <param name="Bus">The number of the bus, from 1 on.</param>
    /// <param name="Address">The device's number on it, 1 to 127; another each time that it is plugged in.</param>
    public sealed record At(int Bus, int Address) : HostUsbDevice
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"host:{Bus}.{Address}");
    }

    public sealed record Of(ushort Vendor, ushort Product) : HostUsbDevice
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"host:{Vendor:x4}:{Product:x4}");
    }

    /// <summary>Its name in the device model, of the device model's letters.</summary>
    public string Id => $"usb-{ToString().Replace(':', '-')}";

    /// <summary>The device of that name; null where it names none.</summary>
    public static HostUsbDevice? TryParse(string text)
    {
        if (Place().Match(text) is { Success: true } place)
        {
            return new At(Number(place, 1, NumberStyles.None), Number(place, 2, NumberStyles.None));
        }
        return Kind().Match(text) is { Success: true } kind
            ? new Of((ushort)Number(kind, 1, NumberStyles.AllowHexSpecifier), (ushort)Number(kind, 2, NumberStyles.AllowHexSpecifier))
            : null;
    }

    private static int Number(Match match, int group, NumberStyles style) =>
        int.Parse(match.Groups[group].Value, style, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^host:([0-9]{1,3})\.([0-9]{1,3})\z")]
    private static partial Regex Place();

    [GeneratedRegex(@"^host:([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})\z")]
    private static partial Regex Kind();
}
