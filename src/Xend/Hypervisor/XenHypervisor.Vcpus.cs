using System.Collections.Immutable;
using LibXc.Interop;
using LibXc.Interop.Abi;
using Linux.Interop;

namespace Xend.Hypervisor;

/// <content>vCPUs and the scheduler.</content>
public sealed partial class XenHypervisor
{
    // XEN_SCHEDULER_* of xen/include/public/domctl.h.
    private const int Credit = 5;
    private const int Credit2 = 6;
    private const int Arinc653 = 7;
    private const int RealTime = 8;
    private const int Null = 9;

    public void SetVcpuAffinity(uint domainId, uint vcpu, IReadOnlyCollection<int> cpus) =>
        Call(() => _xen.SetHardAffinity(domainId, vcpu, cpus));

    public VcpuInfo? GetVcpuInfo(uint domainId, uint vcpu) =>
        Call(() =>
        {
            if (_xen.FindVcpu(domainId, vcpu) is not { } data)
            {
                return null;
            }

            ImmutableArray<int> affinity;
            try
            {
                affinity = [.. _xen.GetHardAffinity(domainId, vcpu)];
            }
            catch (XenCallException e) when (e.Errno == Errno.ESRCH)
            {
                return null; // Gone between the two calls.
            }
            return new VcpuInfo(vcpu, data.Online != 0, data.Blocked != 0, data.Running != 0, data.CpuTime, (int)data.Cpu, affinity);
        });

    public SchedulerParameters GetSchedulerParameters(uint domainId) =>
        Call(() =>
        {
            var data = Read(domainId, out _);
            return new SchedulerParameters(data.Weight, data.Cap);
        });

    public void SetSchedulerParameters(uint domainId, int? weight, int? cap)
    {
        if (weight is < 1 or > ushort.MaxValue)
        {
            throw new HypervisorException("xc_sched_domain_set", "EINVAL", $"weight {weight} is not between 1 and 65535");
        }

        if (cap is < 0 or > ushort.MaxValue)
        {
            throw new HypervisorException("xc_sched_domain_set", "EINVAL", $"cap {cap} is not between 0 and 65535");
        }

        Call(() =>
        {
            // Read, change, write: neither scheduler has a value for "leave the cap as it is".
            var data = Read(domainId, out var second);
            data.Weight = (ushort)(weight ?? data.Weight);
            data.Cap = (ushort)(cap ?? data.Cap);
            if (second)
            {
                _xen.SetCredit2(domainId, data);
            }
            else
            {
                _xen.SetCredit(domainId, data);
            }
        });
    }

    private SchedulerData Read(uint domainId, out bool second)
    {
        second = _schedulerId.Value == Credit2;
        if (second)
        {
            return _xen.GetCredit2(domainId);
        }

        return _schedulerId.Value == Credit
            ? _xen.GetCredit(domainId)
            : throw new HypervisorException(
                "xc_sched_id",
                "EOPNOTSUPP",
                $"Xen's scheduler is {SchedulerName(_schedulerId.Value)}, which has no weight and no cap"
            );
    }

    private static string SchedulerName(int id) =>
        id switch
        {
            Credit => "credit",
            Credit2 => "credit2",
            Arinc653 => "arinc653",
            RealTime => "rtds",
            Null => "null",
            _ => $"unknown ({id})",
        };
}
