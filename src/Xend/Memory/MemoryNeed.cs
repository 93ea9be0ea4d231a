using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Memory;

/// <summary>What a domain needs of the host, in KiB.</summary>
/// <param name="GuestKib">The guest's own memory.</param>
/// <param name="OverheadKib">The slop: what Xen and the tools need beside it.</param>
public sealed record MemoryNeed(ulong GuestKib, ulong OverheadKib)
{
    /// <summary>libxl keeps 1 MiB of slack for a PV guest; Xen allocates the domain's own structures from the same heap.</summary>
    private const ulong PvOverheadKib = 1024;

    /// <summary>And 2 MiB for one with hardware virtualization.</summary>
    private const ulong TranslatedOverheadKib = 2048;

    /// <summary>The device model puts the option ROMs of cards into the guest's memory, too.</summary>
    private const ulong RomKib = 2048;

    /// <summary>The pool of page tables of guests with hardware virtualization (shadow or HAP).</summary>
    public ulong ShadowKib { get; init; }

    public ulong TotalKib => GuestKib + ShadowKib + OverheadKib;

    public static MemoryNeed For(DomainConfig config) =>
        config.Type == GuestType.Pv
            ? ForPv(config.MemoryMib)
            : new MemoryNeed(config.MemoryMib * 1024ul, DeviceMemoryKib(config) + TranslatedOverheadKib)
            {
                ShadowKib = PagingPoolKib(config),
            };

    public static MemoryNeed ForPv(uint memoryMib) => new(memoryMib * 1024ul, PvOverheadKib);

    /// <summary>A guest that runs is to have that much: only what it has not yet is asked for.</summary>
    public static MemoryNeed ForTarget(ulong kib) => new(kib, 0);

    /// <summary>What Xen counts as the domain's own when it has all that its configuration gives it.</summary>
    public static ulong TargetKib(DomainConfig config) => config.MemoryMib * 1024ul + DeviceMemoryKib(config);

    /// <summary>What the device model takes for the guest beside its memory: as with old xend, memory= is all the guest's own.</summary>
    public static ulong DeviceMemoryKib(DomainConfig config) => config.Type == GuestType.Hvm ? config.Machine.VideoMemoryKib + RomKib : 0;

    /// <summary>
    /// The pool of page tables: libxl's rule, 1 MiB a vCPU and one page a MiB of memory (two without hardware's help); at least
    /// shadow_memory.
    /// </summary>
    public static ulong PagingPoolKib(DomainConfig config)
    {
        if (config.Type == GuestType.Pv)
        {
            return 0;
        }
        var pagesPerMib = config.Machine.Hap ? 1ul : 2ul;
        var kib = 4 * (256 * config.Vcpus + pagesPerMib * config.MaxMemoryMib);
        return Math.Max((kib + 1023) / 1024 * 1024, config.ShadowMemoryMib * 1024ul);
    }
}
