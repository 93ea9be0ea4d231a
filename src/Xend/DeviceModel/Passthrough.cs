using System.Globalization;

namespace Xend.DeviceModel;

/// <summary>A PCI function of the host as the device model knows it: the names are libxl's, so that its tools find it too.</summary>
public static class Passthrough
{
    /// <summary>The id; libxl leaves the segment out.</summary>
    public static string IdOf(PciAddress function) =>
        string.Create(CultureInfo.InvariantCulture, $"pci-pt-{function.Bus:x2}_{function.Slot:x2}.{function.Function:x}");

    /// <summary>Where the guest is to see it, as qemu's <c>addr</c>: slot and function; null for any free slot.</summary>
    public static string? PlaceOf(PciFunctionConfig function) =>
        (function.VirtualSlot & PciFunctionConfig.AnySlot) != 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{function.VirtualSlot >> 3:x}.{function.VirtualSlot & 7:x}");

    /// <summary>
    /// In the order in which they are to come: a guest looks at a slot when its function 0 is there, so that comes last in it.
    /// </summary>
    public static IEnumerable<PciFunctionConfig> InOrder(IEnumerable<PciFunctionConfig> functions) =>
        functions.OrderByDescending(function => function.VirtualSlot & 7);
}
