namespace Xend.Memory;

/// <summary>What a domain needs of the host, in KiB.</summary>
/// <param name="GuestKib">The guest's own memory.</param>
/// <param name="OverheadKib">The slop: what Xen and the tools need beside it.</param>
public sealed record MemoryNeed(ulong GuestKib, ulong OverheadKib)
{
    /// <summary>libxl keeps 1 MiB of slack for a PV guest; Xen allocates the domain's own structures from the same heap.</summary>
    private const ulong PvOverheadKib = 1024;

    /// <summary>The pool of page tables of guests with hardware virtualization (shadow or HAP).</summary>
    public ulong ShadowKib { get; init; }

    public ulong TotalKib => GuestKib + ShadowKib + OverheadKib;

    public static MemoryNeed ForPv(uint memoryMib) => new(memoryMib * 1024ul, PvOverheadKib);

    /// <summary>A guest that runs is to have that much: only what it has not yet is asked for.</summary>
    public static MemoryNeed ForTarget(ulong kib) => new(kib, 0);
}
