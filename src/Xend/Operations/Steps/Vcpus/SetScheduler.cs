using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Weight and cap as the configuration has them by now; where it names none they are Xen's own.</summary>
internal sealed class SetScheduler : Step
{
    private const int DefaultWeight = 256;

    private bool _done;

    public override string Name => "set-scheduler";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Entry?.Config is { } config && (config.CpuWeight, config.CpuCap) is not (null, null))
        {
            _done = true;
            context.Host.Hypervisor.SetSchedulerParameters(context.DomainId, config.CpuWeight, config.CpuCap);
        }
        return Task.CompletedTask;
    }

    /// <summary>As the configuration was when the operation began.</summary>
    public override Task UndoAsync(OperationContext context)
    {
        if (_done)
        {
            context.Host.Hypervisor.SetSchedulerParameters(
                context.DomainId,
                context.Config.CpuWeight ?? DefaultWeight,
                context.Config.CpuCap ?? 0
            );
        }
        return Task.CompletedTask;
    }
}
