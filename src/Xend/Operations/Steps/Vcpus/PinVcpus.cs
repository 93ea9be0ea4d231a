using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Pins vCPUs to physical CPUs.</summary>
internal sealed class PinVcpus(ImmutableArray<int> vcpus, ImmutableArray<int> cpus) : Step
{
    private readonly List<(uint Vcpu, ImmutableArray<int> Before)> _pinned = [];

    public override string Name => "pin-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var hypervisor = context.Host.Hypervisor;
        foreach (var vcpu in vcpus.Select(vcpu => (uint)vcpu))
        {
            if (hypervisor.GetVcpuInfo(context.DomainId, vcpu) is { } info)
            {
                _pinned.Add((vcpu, info.Affinity));
            }
            try
            {
                hypervisor.SetVcpuAffinity(context.DomainId, vcpu, cpus);
            }
            catch (Hypervisor.HypervisorException error)
            {
                throw new XendError(
                    ErrorCode.Hypervisor,
                    $"Cannot pin vcpu: {vcpu} to cpu: [{string.Join(", ", cpus)}] - {error.Reason}",
                    error.Detail,
                    error.Errno == "EINVAL" ? "Does the host have one of these CPUs, and the domain's pool? xm info, xm vcpu-list" : null,
                    error
                );
            }
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        foreach (var (vcpu, before) in _pinned)
        {
            context.Host.Hypervisor.SetVcpuAffinity(context.DomainId, vcpu, before);
        }
        return Task.CompletedTask;
    }
}
