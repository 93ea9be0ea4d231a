using System.Globalization;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace LibXc.Interop;

/// <summary>Works on one mapped page of a guest.</summary>
public delegate void GuestPage(Span<byte> page);

/// <content>What domains with hardware virtualization (HVM, PVH) need beside the rest.</content>
public sealed unsafe partial class XenControl
{
    private const int GuestPageBytes = 4096;
    private const int ReadAndWrite = 3; // PROT_READ | PROT_WRITE.

    /// <param name="domainId">The domain.</param>
    /// <param name="parameter">HVM_PARAM_* of xen/include/public/hvm/params.h.</param>
    /// <param name="value">Its value.</param>
    public void SetHvmParameter(uint domainId, uint parameter, ulong value)
    {
        using var call = Begin("xc_hvm_param_set", NamedParameter(domainId, parameter));
        call.Check(Library.xc_hvm_param_set(call.Handle, domainId, parameter, value));
    }

    public ulong GetHvmParameter(uint domainId, uint parameter)
    {
        using var call = Begin("xc_hvm_param_get", NamedParameter(domainId, parameter));
        ulong value;
        call.Check(Library.xc_hvm_param_get(call.Handle, domainId, parameter, &value));
        return value;
    }

    /// <summary>The pool from which Xen takes the guest's page tables. Its vCPUs must be there already.</summary>
    /// <param name="domainId">The domain.</param>
    /// <param name="bytes">A multiple of 4096.</param>
    public void SetPagingPool(uint domainId, ulong bytes)
    {
        using var call = Begin("xc_set_paging_mempool_size", Named(domainId));
        call.Check(Library.xc_set_paging_mempool_size(call.Handle, domainId, bytes));
    }

    /// <summary>The memory map that XENMEM_memory_map tells the guest.</summary>
    public void SetMemoryMap(uint domainId, IReadOnlyList<MemoryRange> ranges)
    {
        var map = MemoryRange.Write(ranges);
        using var call = Begin("xc_domain_set_memory_map", Named(domainId));
        fixed (byte* start = map)
        {
            call.Check(Library.xc_domain_set_memory_map(call.Handle, domainId, start, (uint)ranges.Count));
        }
    }

    /// <param name="domainId">The domain.</param>
    /// <param name="trigger">XEN_DOMCTL_SENDTRIGGER_*: 0 NMI, 1 reset, 2 init, 3 power button, 4 sleep button.</param>
    /// <param name="vcpu">For NMI, reset and init.</param>
    public void SendTrigger(uint domainId, uint trigger, uint vcpu)
    {
        using var call = Begin("xc_domain_send_trigger", Named(domainId));
        call.Check(Library.xc_domain_send_trigger(call.Handle, domainId, trigger, vcpu));
    }

    /// <summary>Maps one page of the guest's memory, lets the caller work on it, and unmaps it.</summary>
    public void WithGuestPage(uint domainId, ulong frame, GuestPage work)
    {
        void* page;
        using (
            var call = Begin("xc_map_foreign_range", string.Create(CultureInfo.InvariantCulture, $"frame {frame:#x} of domain {domainId}"))
        )
        {
            page = Library.xc_map_foreign_range(call.Handle, domainId, GuestPageBytes, ReadAndWrite, frame);
            if (page == null)
            {
                throw call.Failure(Marshal.GetLastSystemError());
            }
        }
        try
        {
            work(new Span<byte>(page, GuestPageBytes));
        }
        finally
        {
            _ = LibC.munmap(page, (uint)GuestPageBytes);
        }
    }

    private static string NamedParameter(uint domainId, uint parameter) =>
        string.Create(CultureInfo.InvariantCulture, $"HVM parameter {parameter} of domain {domainId}");
}
