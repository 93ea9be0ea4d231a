namespace Xend.Operations.Steps;

/// <summary>Makes the vCPUs and pins them.</summary>
internal sealed class SetVcpus : Step
{
    public override string Name => "set-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var hypervisor = context.Host.Hypervisor;
        hypervisor.SetMaxVcpus(context.DomainId, context.Config.Vcpus);
        Pin(context.Host, context.DomainId, context.Config);
        return Task.CompletedTask;
    }

    public static void Pin(HostServices host, uint domainId, DomainConfig config)
    {
        for (var vcpu = 0; vcpu < config.Cpus.Length; vcpu++)
        {
            if (!config.Cpus[vcpu].IsEmpty)
            {
                host.Hypervisor.SetVcpuAffinity(domainId, (uint)vcpu, config.Cpus[vcpu]);
            }
        }
    }
}
