using System.Globalization;

namespace Xend.Host;

/// <summary>The USB devices of the host, as sysfs has them.</summary>
/// <remarks>
/// Linux, Documentation/ABI/stable/sysfs-bus-usb: a device's directory (<c>1-2.3</c>: bus and ports) has busnum and devnum in decimal,
/// idVendor and idProduct in hexadecimal; an interface's (<c>1-2.3:1.0</c>) has not.
/// </remarks>
internal static class UsbDevices
{
    /// <summary>USB_CLASS_HUB of linux/usb/ch9.h.</summary>
    private const string Hub = "09";

    /// <summary>Links lead out of the device again.</summary>
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 8,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    public static IReadOnlyList<UsbFacts> Read(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        return
        [
            .. Directory
                .EnumerateDirectories(directory)
                .Select(ReadOne)
                .OfType<UsbFacts>()
                .OrderBy(device => device.Bus)
                .ThenBy(device => device.Address),
        ];
    }

    /// <summary>Null for what is no device, or is being unplugged.</summary>
    private static UsbFacts? ReadOne(string directory)
    {
        try
        {
            return
                File.Exists($"{directory}/devnum")
                && Number($"{directory}/busnum", NumberStyles.None) is { } bus
                && Number($"{directory}/devnum", NumberStyles.None) is { } address
                && Number($"{directory}/idVendor", NumberStyles.AllowHexSpecifier) is { } vendor
                && Number($"{directory}/idProduct", NumberStyles.AllowHexSpecifier) is { } product
                ? new UsbFacts(bus, address, (ushort)vendor, (ushort)product, NameOf(directory))
                {
                    Place = Path.GetFileName(directory),
                    Disks = [.. DisksBelow(directory)],
                    IsHub = File.ReadAllText($"{directory}/bDeviceClass").Trim() == Hub,
                }
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>A disk's directory is <c>.../block/sdb</c>, some levels below, with its numbers in <c>dev</c>.</summary>
    private static IEnumerable<DiskIdentity> DisksBelow(string directory) =>
        from blocks in Directory.EnumerateDirectories(directory, "block", Below)
        from disk in Directory.EnumerateDirectories(blocks)
        where File.Exists($"{disk}/dev")
        select new DiskIdentity($"dev {File.ReadAllText($"{disk}/dev").Trim()}");

    private static int? Number(string file, NumberStyles style) =>
        int.TryParse(File.ReadAllText(file).Trim(), style, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>What the device says of itself, which is anything.</summary>
    private static string NameOf(string directory) =>
        DomainConfigReader.Printable(
            string.Join(
                ' ',
                new[] { "manufacturer", "product" }
                    .Select(part => $"{directory}/{part}")
                    .Where(File.Exists)
                    .Select(file => File.ReadAllText(file).Trim())
            )
        );
}

/// <param name="Bus">From 1 on.</param>
/// <param name="Address">1 to 127.</param>
/// <param name="Vendor">Its maker's number.</param>
/// <param name="Product">Its maker's number for it.</param>
/// <param name="Name">Manufacturer and product, as far as it says them.</param>
public sealed record UsbFacts(int Bus, int Address, ushort Vendor, ushort Product, string Name)
{
    /// <summary>Bus and ports: 1-2.3; usb1 for a controller itself.</summary>
    public string Place { get; init; } = "";

    public bool IsHub { get; init; }

    /// <summary>The disks that dom0's kernel has made of it.</summary>
    public IReadOnlyList<DiskIdentity> Disks { get; init; } = [];

    /// <summary>The ways to name it.</summary>
    public IReadOnlyList<HostUsbDevice> Names => [new HostUsbDevice.At(Bus, Address), new HostUsbDevice.Of(Vendor, Product)];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"host:{Bus}.{Address} (host:{Vendor:x4}:{Product:x4} {Name}").TrimEnd() + ")";
}
