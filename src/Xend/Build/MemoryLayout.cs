using LibXc.Interop;

namespace Xend.Build;

/// <summary>
/// Where an HVM or PVH guest's memory lies: below the hole that devices have under 4 GiB, and what does not fit there above it. In bytes.
/// </summary>
/// <remarks>The rule of libxl (libxl__build_hvm, libxl__arch_domain_construct_memmap).</remarks>
internal sealed record MemoryLayout(ulong MmioStart, ulong LowEnd, ulong HighEnd)
{
    private const ulong FourGib = 1ul << 32;

    /// <summary>The hole of a PVH guest, which has no PCI devices: the special pages and the ACPI tables.</summary>
    private const ulong PvhHole = 0x0400_0000;

    /// <summary>HVM_BELOW_4G_MMIO_LENGTH of xen/include/public/hvm/e820.h: room for PCI devices.</summary>
    private const ulong HvmHole = 0x1000_0000;

    /// <summary>The first MiB is hvmloader's to describe.</summary>
    private const ulong FirstMib = 0x10_0000;

    /// <summary>The pages that Xen, xenstored, xenconsoled and the device model share with the guest.</summary>
    private const ulong SpecialPages = 0xFEFF_8000;

    private const ulong SpecialBytes = 8 * 4096;

    public ulong MmioSize => FourGib - MmioStart;

    public static MemoryLayout Hvm(uint mib) => Of(mib, HvmHole);

    public static MemoryLayout Pvh(uint mib) => Of(mib, PvhHole);

    /// <summary>The map that hvmloader builds on.</summary>
    public IReadOnlyList<MemoryRange> HvmMap() => [new(FirstMib, LowEnd - FirstMib, MemoryRangeType.Ram), .. High()];

    /// <summary>The map that a PVH kernel gets.</summary>
    /// <param name="acpi">Where its ACPI tables lie.</param>
    public IReadOnlyList<MemoryRange> PvhMap(IEnumerable<(ulong Address, ulong Length)> acpi) =>
        [
            new(0, LowEnd, MemoryRangeType.Ram),
            new(SpecialPages, SpecialBytes, MemoryRangeType.Reserved),
            .. acpi.Select(module => Acpi(module.Address, module.Length)),
            .. High(),
        ];

    private IEnumerable<MemoryRange> High() => HighEnd > FourGib ? [new(FourGib, HighEnd - FourGib, MemoryRangeType.Ram)] : [];

    private static MemoryRange Acpi(ulong address, ulong length)
    {
        var offset = address % 4096;
        return new MemoryRange(address - offset, length + offset, MemoryRangeType.Acpi);
    }

    private static MemoryLayout Of(uint mib, ulong hole)
    {
        var bytes = (ulong)mib << 20;
        var start = FourGib - hole;
        return bytes <= start ? new MemoryLayout(start, bytes, 0) : new MemoryLayout(start, start, FourGib + (bytes - start));
    }
}
