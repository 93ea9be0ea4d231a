using Sxp;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Api;

/// <summary>The answer of <c>getVCPUInfo</c>: <c>(domain (domid 2) (name N) (vcpu_count 2) (vcpu (number 0) ...) ...)</c>.</summary>
internal static class VcpuSxp
{
    public static SList Describe(DomainView domain, IReadOnlyList<VcpuInfo> vcpus)
    {
        SValue id = domain.Id is { } number ? number : SNone.Instance;
        return new SList([
            "domain",
            SList.Of("domid", id),
            SList.Of("name", domain.Name),
            SList.Of("vcpu_count", domain.Vcpus),
            .. vcpus.Select(Element),
        ]);
    }

    private static SList Element(VcpuInfo vcpu) =>
        SList.Of(
            "vcpu",
            SList.Of("number", vcpu.Number),
            SList.Of("online", vcpu.Online ? 1 : 0),
            SList.Of("blocked", vcpu.Blocked ? 1 : 0),
            SList.Of("running", vcpu.Running ? 1 : 0),
            SList.Of("cpu_time", vcpu.CpuTimeNs / 1e9),
            // Of an offline one it is the CPU that it was on last; -1 is for a domain that does not run.
            SList.Of("cpu", vcpu.Cpu),
            SList.Of("cpumap", new SList(vcpu.Affinity.Select(SValue (cpu) => cpu)))
        );
}
