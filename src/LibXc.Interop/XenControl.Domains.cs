using System.Globalization;
using System.Runtime.InteropServices;
using LibXc.Interop.Abi;

namespace LibXc.Interop;

/// <content>Domains: to list, create, change, and destroy them.</content>
public sealed unsafe partial class XenControl
{
    private const uint AnyDomain = 0;

    /// <summary>The domains with ids from <paramref name="first"/> on, ascending, as many as <paramref name="into"/> takes.</summary>
    public int GetDomains(uint first, Span<DomainInfoData> into)
    {
        using var call = Begin("xc_domain_getinfolist", "all domains");
        fixed (DomainInfoData* start = into)
        {
            return call.Check(Library.xc_domain_getinfolist(call.Handle, first, (uint)into.Length, start));
        }
    }

    /// <summary>One domain, or null where there is none of this id.</summary>
    public DomainInfoData? FindDomain(uint domainId)
    {
        using var call = Begin("xc_domain_getinfolist", Named(domainId));
        DomainInfoData data;
        // The call gives the next domain where there is none of this id.
        var count = call.Check(Library.xc_domain_getinfolist(call.Handle, domainId, 1, &data));
        return count == 1 && data.Domain == domainId ? data : null;
    }

    /// <summary>Creates an empty domain, which is paused, and returns its id, which Xen chooses.</summary>
    public uint CreateDomain(DomainConfiguration configuration)
    {
        var bytes = Libraries.Abi.CreateDomain.Write(configuration);
        using var call = Begin("xc_domain_create", $"domain {configuration.Handle}");
        var domainId = AnyDomain;
        fixed (byte* start = bytes)
        {
            if (Library.xc_domain_create(call.Handle, &domainId, start) < 0)
            {
                throw CreationFailure(call, Marshal.GetLastSystemError());
            }
        }
        return domainId;
    }

    /// <summary>Creates the vCPUs.</summary>
    /// <param name="domainId">The domain.</param>
    /// <param name="count">Must be <see cref="DomainConfiguration.MaxVcpus"/>.</param>
    public void SetMaxVcpus(uint domainId, uint count)
    {
        using var call = Begin("xc_domain_max_vcpus", Named(domainId));
        call.Check(Library.xc_domain_max_vcpus(call.Handle, domainId, count));
    }

    public void PauseDomain(uint domainId)
    {
        using var call = Begin("xc_domain_pause", Named(domainId));
        call.Check(Library.xc_domain_pause(call.Handle, domainId));
    }

    public void UnpauseDomain(uint domainId)
    {
        using var call = Begin("xc_domain_unpause", Named(domainId));
        call.Check(Library.xc_domain_unpause(call.Handle, domainId));
    }

    /// <summary>Ends a domain as if it had asked for it itself.</summary>
    /// <param name="domainId">The domain.</param>
    /// <param name="reason">SHUTDOWN_* of sched.h.</param>
    public void ShutdownDomain(uint domainId, int reason)
    {
        using var call = Begin("xc_domain_shutdown", Named(domainId));
        call.Check(Library.xc_domain_shutdown(call.Handle, domainId, reason));
    }

    /// <summary>Lets a suspended domain go on.</summary>
    /// <param name="domainId">The domain.</param>
    /// <param name="cancelled">
    /// Its suspend call says that it was cancelled, which every guest of today understands; else it is as after a restoration.
    /// </param>
    public void ResumeDomain(uint domainId, bool cancelled)
    {
        using var call = Begin("xc_domain_resume", Named(domainId));
        call.Check(Libraries.Guest.xc_domain_resume(call.Handle, domainId, cancelled ? 1 : 0));
    }

    /// <summary>Gives a domain another UUID.</summary>
    public void SetDomainHandle(uint domainId, Guid uuid)
    {
        var bytes = stackalloc byte[16];
        uuid.TryWriteBytes(new Span<byte>(bytes, 16), bigEndian: true, out _);
        using var call = Begin("xc_domain_sethandle", Named(domainId));
        call.Check(Library.xc_domain_sethandle(call.Handle, domainId, bytes));
    }

    /// <summary>Writes a domain's memory and registers to an ELF core file. Takes as long as the file does.</summary>
    public void DumpCore(uint domainId, string path)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(path + "\0");
        using var call = Begin("xc_domain_dumpcore", Named(domainId));
        fixed (byte* start = name)
        {
            call.Check(Libraries.Guest.xc_domain_dumpcore(call.Handle, domainId, start));
        }
    }

    /// <summary>Destroys a domain; may take minutes for a large one.</summary>
    public void DestroyDomain(uint domainId)
    {
        using var call = Begin("xc_domain_destroy", Named(domainId));
        call.Check(Library.xc_domain_destroy(call.Handle, domainId));
    }

    /// <summary>The limit of the domain's memory, in KiB.</summary>
    public void SetMaxMemory(uint domainId, ulong kib)
    {
        using var call = Begin("xc_domain_setmaxmem", Named(domainId));
        call.Check(Library.xc_domain_setmaxmem(call.Handle, domainId, kib));
    }

    /// <summary>The end of a PV domain's pseudo-physical E820 map, in KiB.</summary>
    public void SetMemoryMapLimit(uint domainId, ulong kib)
    {
        using var call = Begin("xc_domain_set_memmap_limit", Named(domainId));
        call.Check(Library.xc_domain_set_memmap_limit(call.Handle, domainId, kib));
    }

    /// <summary>The target of an HVM or PVH domain's populate-on-demand cache, in pages.</summary>
    public void SetPodTarget(uint domainId, ulong pages)
    {
        using var call = Begin("xc_domain_set_pod_target", Named(domainId));
        call.Check(Library.xc_domain_set_pod_target(call.Handle, domainId, pages, null, null, null));
    }

    /// <param name="domainId">The domain.</param>
    /// <param name="mode">0 default, 1 always emulate, 2 native.</param>
    public void SetTscMode(uint domainId, uint mode)
    {
        using var call = Begin("xc_domain_set_tsc_info", Named(domainId));
        call.Check(Library.xc_domain_set_tsc_info(call.Handle, domainId, mode, 0, 0, 0));
    }

    public void SetTimeOffset(uint domainId, int seconds)
    {
        using var call = Begin("xc_domain_set_time_offset", Named(domainId));
        call.Check(Library.xc_domain_set_time_offset(call.Handle, domainId, seconds));
    }

    /// <summary>Applies libxc's CPUID policy to a fresh domain, with these options and the words that differ from it.</summary>
    public void ApplyCpuPolicy(uint domainId, bool pae, bool invariantTsc, bool nestedVirtualization, IReadOnlyList<CpuidWord> words)
    {
        using var call = Begin("xc_cpuid_apply_policy", Named(domainId));
        using var list = new CpuidWordList(words);
        var result = Libraries.Guest.xc_cpuid_apply_policy(
            call.Handle,
            domainId,
            0,
            null,
            0,
            Byte(pae),
            Byte(invariantTsc),
            Byte(nestedVirtualization),
            list.Pointer,
            null
        );
        // The one function that returns the errno itself.
        if (result < 0)
        {
            throw call.Failure(-result);
        }
    }

    /// <summary>A port of the domain that the other one may bind.</summary>
    public uint AllocateUnboundEventChannel(uint domainId, uint remoteDomainId)
    {
        using var call = Begin(
            "xc_evtchn_alloc_unbound",
            string.Create(CultureInfo.InvariantCulture, $"domain {domainId} to {remoteDomainId}")
        );
        return (uint)call.Check(Library.xc_evtchn_alloc_unbound(call.Handle, domainId, remoteDomainId));
    }

    private XenCallException CreationFailure(in XenCall call, int errno) =>
        call.Failure(
            errno,
            errno switch
            {
                // Xen refuses the toolstack of another release so (the interface version in each domctl).
                13 => $"Xen refuses this interface: libxenctrl {Libraries.Version} does not belong to the running hypervisor, or XSM "
                    + $"forbids it",
                _ => null,
            }
        );

    private static byte Byte(bool value) => value ? (byte)1 : (byte)0;
}
