using Sxp;
using Xend.Api;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Tests.Api;

public sealed class VcpuSxpTests
{
    /// <summary>By an answer of -1, xm leaves the columns CPU and State blank, and scripts read the wrong one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_CPU_of_a_vCPU_is_Xens_own_number_offline_or_not(bool online)
    {
        var domain = new DomainView
        {
            Name = "linux",
            Uuid = Guid.Empty,
            Id = 7,
            MemoryMib = 16,
            MaxMemoryMib = 16,
            Vcpus = 1,
        };
        var vcpu = new VcpuInfo(0, online, Blocked: false, Running: false, CpuTimeNs: 0, Cpu: 3, [0, 1, 2, 3]);
        Assert.Contains("(cpu 3)", SxpWriter.OneLine(VcpuSxp.Describe(domain, [vcpu])));
    }
}
