using System.Buffers.Binary;

namespace LibXc.Interop;

public enum MemoryRangeType : uint
{
    Ram = 1,
    Reserved = 2,
    Acpi = 3,
}

/// <summary>One entry of an E820 memory map, in bytes.</summary>
public readonly record struct MemoryRange(ulong Address, ulong Size, MemoryRangeType Type)
{
    /// <summary>struct e820entry of xenctrl.h is packed.</summary>
    internal const int EntryBytes = 20;

    internal static byte[] Write(IReadOnlyList<MemoryRange> ranges)
    {
        var map = new byte[ranges.Count * EntryBytes];
        for (var i = 0; i < ranges.Count; i++)
        {
            var entry = map.AsSpan(i * EntryBytes, EntryBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, ranges[i].Address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], ranges[i].Size);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], (uint)ranges[i].Type);
        }
        return map;
    }
}
