using System.Globalization;
using LibXc.Interop.Abi;

namespace LibXc.Interop;

/// <content>vCPUs and the scheduler.</content>
public sealed unsafe partial class XenControl
{
    /// <summary>XEN_VCPUAFFINITY_HARD.</summary>
    private const uint HardAffinity = 1;

    private const int ESRCH = 3;
    private const int EINVAL = 22;

    /// <summary>One vCPU, or null where the domain has none of this number, or there is no such domain.</summary>
    public VcpuInfoData? FindVcpu(uint domainId, uint vcpu)
    {
        using var call = Begin("xc_vcpu_getinfo", Named(domainId, vcpu));
        VcpuInfoData data;
        if (Library.xc_vcpu_getinfo(call.Handle, domainId, vcpu, &data) >= 0)
        {
            return data;
        }

        var errno = System.Runtime.InteropServices.Marshal.GetLastSystemError();
        return errno is ESRCH or EINVAL ? null : throw call.Failure(errno);
    }

    /// <summary>Pins a vCPU to physical CPUs. Those that this host does not have are left out; none left is EINVAL of Xen.</summary>
    public void SetHardAffinity(uint domainId, uint vcpu, IEnumerable<int> cpus)
    {
        var map = new byte[CpuMapSize()];
        foreach (var cpu in cpus)
        {
            if (cpu >= 0 && cpu < map.Length * 8)
            {
                map[cpu / 8] |= (byte)(1 << (cpu % 8));
            }
        }
        using var call = Begin("xc_vcpu_setaffinity", Named(domainId, vcpu));
        fixed (byte* start = map)
        {
            call.Check(Library.xc_vcpu_setaffinity(call.Handle, domainId, (int)vcpu, start, null, HardAffinity));
        }
    }

    /// <summary>The physical CPUs that a vCPU may run on, ascending.</summary>
    public IReadOnlyList<int> GetHardAffinity(uint domainId, uint vcpu)
    {
        var map = new byte[CpuMapSize()];
        using var call = Begin("xc_vcpu_getaffinity", Named(domainId, vcpu));
        fixed (byte* start = map)
        {
            call.Check(Library.xc_vcpu_getaffinity(call.Handle, domainId, (int)vcpu, start, null, HardAffinity));
        }

        return [.. Enumerable.Range(0, map.Length * 8).Where(cpu => (map[cpu / 8] & (1 << (cpu % 8))) != 0)];
    }

    /// <summary>The scheduler of pool 0: XEN_SCHEDULER_* of domctl.h.</summary>
    public int GetSchedulerId()
    {
        using var call = Begin("xc_sched_id", "the host");
        int id;
        call.Check(Library.xc_sched_id(call.Handle, &id));
        return id;
    }

    public SchedulerData GetCredit(uint domainId)
    {
        using var call = Begin("xc_sched_credit_domain_get", Named(domainId));
        SchedulerData data;
        call.Check(Library.xc_sched_credit_domain_get(call.Handle, domainId, &data));
        return data;
    }

    public void SetCredit(uint domainId, SchedulerData data)
    {
        using var call = Begin("xc_sched_credit_domain_set", Named(domainId));
        call.Check(Library.xc_sched_credit_domain_set(call.Handle, domainId, &data));
    }

    public SchedulerData GetCredit2(uint domainId)
    {
        using var call = Begin("xc_sched_credit2_domain_get", Named(domainId));
        SchedulerData data;
        call.Check(Library.xc_sched_credit2_domain_get(call.Handle, domainId, &data));
        return data;
    }

    public void SetCredit2(uint domainId, SchedulerData data)
    {
        using var call = Begin("xc_sched_credit2_domain_set", Named(domainId));
        call.Check(Library.xc_sched_credit2_domain_set(call.Handle, domainId, &data));
    }

    /// <summary>Bytes of a map of physical CPUs; libxc remembers it.</summary>
    private int CpuMapSize()
    {
        using var call = Begin("xc_get_cpumap_size", "the host");
        return call.Check(Library.xc_get_cpumap_size(call.Handle));
    }

    private static string Named(uint domainId, uint vcpu) =>
        string.Create(CultureInfo.InvariantCulture, $"vCPU {vcpu} of domain {domainId}");
}
