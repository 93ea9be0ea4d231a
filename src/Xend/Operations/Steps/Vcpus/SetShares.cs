using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Weight and cap of a domain without a configuration: dom0.</summary>
internal sealed class SetShares(int? weight, int? cap) : Step
{
    private Hypervisor.SchedulerParameters? _before;

    public override string Name => "set-shares";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        _before = context.Host.Hypervisor.GetSchedulerParameters(context.DomainId);
        context.Host.Hypervisor.SetSchedulerParameters(context.DomainId, weight, cap);
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_before is { } before)
        {
            context.Host.Hypervisor.SetSchedulerParameters(context.DomainId, before.Weight, before.Cap);
        }
        return Task.CompletedTask;
    }
}
