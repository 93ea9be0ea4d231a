using System.Globalization;

namespace Model.Devices;

/// <summary>Where a SCSI device is: host adapter, channel, target and logical unit, written 2:0:0:1.</summary>
public readonly record struct ScsiAddress(ushort Host, ushort Channel, ushort Target, ushort Lun)
{
    /// <summary>Four decimal numbers of at most 16 bits each; null for anything else.</summary>
    public static ScsiAddress? Parse(string? text)
    {
        if (text?.Split(':') is not { Length: 4 } parts)
        {
            return null;
        }
        Span<ushort> numbers = stackalloc ushort[4];
        for (var place = 0; place < parts.Length; place++)
        {
            if (!ushort.TryParse(parts[place], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[place]))
            {
                return null;
            }
        }
        return new ScsiAddress(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Channel}:{Target}:{Lun}");
}
