using System.Globalization;
using System.Text.RegularExpressions;

namespace Model.Devices;

/// <summary>Where a function of a PCI device is on the host: <c>0000:07:00.0</c>, as sysfs names it.</summary>
/// <param name="Segment">The PCI domain, at most 0xffff.</param>
/// <param name="Bus">At most 0xff.</param>
/// <param name="Slot">At most 0x1f.</param>
/// <param name="Function">At most 7.</param>
public readonly partial record struct PciAddress(ushort Segment, byte Bus, byte Slot, byte Function)
{
    public const int MostSlots = 0x20;

    public const int MostFunctions = 8;

    /// <summary>As one number, as Xen's domctls take it: segment, bus, slot and function from the highest bit down.</summary>
    public uint Encoded => ((uint)Segment << 16) | ((uint)Bus << 8) | ((uint)Slot << 3) | Function;

    /// <summary>The name of all functions of the same slot, up to the function.</summary>
    public string SlotName => string.Create(CultureInfo.InvariantCulture, $"{Segment:x4}:{Bus:x2}:{Slot:x2}");

    /// <summary>Null for what is no full name of a function.</summary>
    public static PciAddress? Parse(string? text)
    {
        if (text is null || Grammar.Match(text) is not { Success: true } match)
        {
            return null;
        }
        var slot = Number("slot");
        return slot < MostSlots ? new((ushort)Number("segment"), (byte)Number("bus"), (byte)slot, (byte)Number("function")) : null;

        int Number(string part) => int.Parse(match.Groups[part].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SlotName}.{Function:x}");

    [GeneratedRegex(@"\A(?<segment>[0-9a-f]{4}):(?<bus>[0-9a-f]{2}):(?<slot>[0-9a-f]{2})\.(?<function>[0-7])\z")]
    private static partial Regex Grammar { get; }
}
