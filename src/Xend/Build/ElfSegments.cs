using System.Buffers.Binary;

namespace Xend.Build;

/// <summary>Where the segments of a little-endian ELF file lie once it is loaded (elf(5): PT_LOAD, p_paddr, p_memsz).</summary>
internal static class ElfSegments
{
    /// <summary>ELF header and program headers of a kernel fit in so many bytes.</summary>
    public const int HeaderBytes = 4096;

    /// <summary>
    /// No kernel lies above it: where the addresses are greater they are virtual ones, and count from the lowest segment.
    /// </summary>
    public const ulong Limit = 1ul << 32;

    /// <summary>32-bit kernels of Xen's early days have their virtual addresses, above 1 GiB, where the physical ones belong.</summary>
    private const ulong LowestVirtual32 = 1ul << 30;

    private const uint Load = 1;

    /// <summary>The end of the last segment in bytes; null where the header does not tell.</summary>
    public static ulong? EndOf(ReadOnlySpan<byte> head)
    {
        if (head.Length < 64 || head[4] is not (1 or 2))
        {
            return null;
        }
        var wide = head[4] == 2;
        var offset = wide ? BinaryPrimitives.ReadUInt64LittleEndian(head[32..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[28..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(head[(wide ? 54 : 42)..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(head[(wide ? 56 : 44)..]);
        ulong lowest = ulong.MaxValue,
            end = 0;
        for (var index = 0; index < count; index++)
        {
            var place = offset + (ulong)index * size;
            if (size < (wide ? 56 : 32) || size > head.Length || place > (ulong)(head.Length - size))
            {
                return null;
            }
            var entry = head.Slice((int)place, size);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != Load)
            {
                continue;
            }
            var (start, length) = wide
                ? (BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]), BinaryPrimitives.ReadUInt64LittleEndian(entry[40..]))
                : (BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]));
            if (start + length < start)
            {
                return null;
            }
            lowest = Math.Min(lowest, start);
            end = Math.Max(end, start + length);
        }
        end = lowest >= (wide ? Limit : LowestVirtual32) ? end - Math.Min(lowest, end) : end;
        return end is > 0 and < Limit ? end : null;
    }
}
