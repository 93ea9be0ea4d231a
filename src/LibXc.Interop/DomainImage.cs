using System.Runtime.InteropServices;
using System.Text;
using LibXc.Interop.Abi;

namespace LibXc.Interop;

/// <summary>One build of a guest's memory by libxenguest's xc_dom calls, in the order in which they are declared here.</summary>
/// <remarks>
/// Of one thread at a time. libxenguest ends the process (assert, abort) where it is misused or an image is broken in a way it does not
/// expect, so this belongs into a process whose death is survived.
/// </remarks>
public sealed unsafe partial class DomainImage : IDisposable
{
    private readonly XenControl _xen;
    private readonly DomainImageHandle _handle;
    private string _subject = "a new domain";

    private DomainImage(XenControl xen, DomainImageHandle handle)
    {
        _xen = xen;
        _handle = handle;
    }

    /// <summary>The frame of the console ring, once the image is built: a machine frame for PV.</summary>
    public ulong ConsoleFrame => MachineFrame(ReadWord(ImageLayout.ConsolePfn));

    /// <summary>The frame of the xenstore ring, once the image is built: a machine frame for PV.</summary>
    public ulong StoreFrame => MachineFrame(ReadWord(ImageLayout.XenstorePfn));

    /// <summary>The loader's name of the guest's type, after <see cref="Parse"/>: xen-3.0-x86_64.</summary>
    public string? GuestType => Marshal.PtrToStringUTF8((nint)ReadWord(ImageLayout.GuestType));

    private LibXenGuest Library => _xen.Libraries.Guest;

    private nint Image => _handle.DangerousGetHandle();

    /// <summary>xc_dom_allocate.</summary>
    /// <param name="xen">An interface that nobody else uses meanwhile: its log is this build's log.</param>
    /// <param name="commandLine">The kernel's.</param>
    /// <param name="features">ELF note features that are asked for or, with !, refused: a|!b.</param>
    public static DomainImage Allocate(XenControl xen, string commandLine, string features)
    {
        using var call = xen.Begin("xc_dom_allocate", "a new domain");
        fixed (
            byte* line = CString(commandLine),
                asked = CString(features)
        )
        {
            var image = call.CheckPointer(xen.Libraries.Guest.xc_dom_allocate(call.Handle, line, features.Length == 0 ? null : asked));
            var handle = new DomainImage(xen, new DomainImageHandle(xen.Libraries.Guest, image));
            return handle.HasExpectedLayout(call.Handle)
                ? handle
                : throw call.Failure(0, $"libxenguest {xen.Libraries.Version} lays xc_dom_image out in a way that is not known here");
        }
    }

    /// <summary>xc_dom_kernel_file: reads (and un-gzips) the kernel.</summary>
    public void SetKernel(string path)
    {
        using var call = _xen.Begin("xc_dom_kernel_file", path);
        fixed (byte* name = CString(path))
        {
            call.CheckZero(Library.xc_dom_kernel_file(Image, name));
        }
    }

    /// <summary>xc_dom_module_file: reads the ramdisk.</summary>
    public void AddModule(string path)
    {
        using var call = _xen.Begin("xc_dom_module_file", path);
        fixed (byte* name = CString(path))
        {
            call.CheckZero(Library.xc_dom_module_file(Image, name, null));
        }
    }

    /// <summary>Who serves the two rings, and that memory is claimed at once, so that a lack of it shows early.</summary>
    public void Configure(ImageSettings settings)
    {
        WriteHalf(ImageLayout.ContainerType, settings.HvmContainer ? 1u : 0u);
        WriteHalf(ImageLayout.ConsoleEvtchn, settings.ConsoleEventChannel);
        WriteHalf(ImageLayout.ConsoleDomid, settings.ConsoleDomainId);
        WriteHalf(ImageLayout.XenstoreEvtchn, settings.StoreEventChannel);
        WriteHalf(ImageLayout.XenstoreDomid, settings.StoreDomainId);
        WriteHalf(ImageLayout.MaxVcpus, settings.MaxVcpus);
        WriteHalf(ImageLayout.ClaimEnabled, settings.Claim ? 1u : 0u);
    }

    /// <summary>xc_dom_boot_xen_init: binds the image to its domain.</summary>
    public void Bind(uint domainId)
    {
        _subject = XenControl.Named(domainId);
        using var call = _xen.Begin("xc_dom_boot_xen_init", _subject);
        call.CheckZero(Library.xc_dom_boot_xen_init(Image, call.Handle, domainId));
    }

    /// <summary>xc_dom_parse_image: finds the kernel's loader and unpacks a bzImage.</summary>
    public void Parse()
    {
        using var call = _xen.Begin("xc_dom_parse_image", _subject);
        call.CheckZero(Library.xc_dom_parse_image(Image));
    }

    /// <summary>xc_dom_mem_init.</summary>
    public void SetMemory(uint mib)
    {
        using var call = _xen.Begin("xc_dom_mem_init", _subject);
        call.CheckZero(Library.xc_dom_mem_init(Image, mib));
    }

    /// <summary>xc_dom_boot_mem_init: allocates all of the guest's memory.</summary>
    public void AllocateMemory()
    {
        using var call = _xen.Begin("xc_dom_boot_mem_init", _subject);
        call.CheckZero(Library.xc_dom_boot_mem_init(Image));
    }

    /// <summary>xc_dom_build_image: loads kernel and modules into the guest's memory.</summary>
    public void Build()
    {
        using var call = _xen.Begin("xc_dom_build_image", _subject);
        call.CheckZero(Library.xc_dom_build_image(Image));
    }

    /// <summary>xc_dom_boot_image: start info, page tables, first vCPU.</summary>
    public void Boot()
    {
        using var call = _xen.Begin("xc_dom_boot_image", _subject);
        call.CheckZero(Library.xc_dom_boot_image(Image));
    }

    /// <summary>xc_dom_gnttab_init: the grants by which xenstored and xenconsoled map their rings.</summary>
    public void SeedGrants()
    {
        using var call = _xen.Begin("xc_dom_gnttab_init", _subject);
        call.CheckZero(Library.xc_dom_gnttab_init(Image));
    }

    /// <summary>
    /// The kernel as it is in memory: after <see cref="Parse"/> of a bzImage, its unpacked payload. Valid until disposal.
    /// </summary>
    public ReadOnlySpan<byte> Kernel => new((void*)ReadWord(ImageLayout.KernelBlob), checked((int)ReadWord(ImageLayout.KernelSize)));

    public void Dispose()
    {
        _handle.Dispose();
        FreeBlocks();
    }

    /// <summary>Values that xc_dom_allocate leaves at known places, for offsets that may not fit the library that was loaded.</summary>
    internal bool HasExpectedLayout(nint interfacePointer)
    {
        const ulong DefaultLargest = 0x4000_0000;
        const ulong VirtualP2m = 0x10;
        return ReadWord(ImageLayout.Xch) == (ulong)interfacePointer
            && ReadWord(ImageLayout.MaxKernelSize) == DefaultLargest
            && ReadWord(ImageLayout.MaxModuleSize) == DefaultLargest
            && ReadWord(ImageLayout.Flags) == VirtualP2m
            && ReadHalf(ImageLayout.ContainerType) == 0
            && ReadWord(ImageLayout.Cmdline) != 0;
    }

    private ulong MachineFrame(ulong pfn)
    {
        var table = (ulong*)ReadWord(ImageLayout.PvP2m);
        if (table == null)
        {
            return pfn;
        }

        return pfn < ReadWord(ImageLayout.P2mSize)
            ? table[pfn]
            : throw new XenCallException("xc_dom_boot_image", _subject, default, [], $"frame {pfn} lies outside the domain's memory");
    }

    private ulong ReadWord(int offset) => *(ulong*)(Image + offset);

    private uint ReadHalf(int offset) => *(uint*)(Image + offset);

    private void WriteHalf(int offset, uint value) => *(uint*)(Image + offset) = value;

    private void WriteWord(int offset, ulong value) => *(ulong*)(Image + offset) = value;

    private static byte[] CString(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}

/// <summary>What a build is told beside its files.</summary>
public sealed record ImageSettings
{
    /// <summary>HVM and PVH; PV otherwise.</summary>
    public bool HvmContainer { get; init; }

    public required uint ConsoleEventChannel { get; init; }

    public required uint StoreEventChannel { get; init; }

    public uint ConsoleDomainId { get; init; }

    public uint StoreDomainId { get; init; }

    public required uint MaxVcpus { get; init; }

    /// <summary>XENMEM_claim_pages for all of the memory before any of it is allocated.</summary>
    public bool Claim { get; init; } = true;
}
