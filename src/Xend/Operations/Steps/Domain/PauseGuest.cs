using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Stops the guest's vCPUs. Xen counts pauses; one of ours is enough.</summary>
internal sealed class PauseGuest : Step
{
    private bool _paused;

    public override string Name => "pause-guest";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (GuestInXen.IsPaused(context) is false)
        {
            context.Host.Hypervisor.PauseDomain(context.DomainId);
            _paused = true;
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_paused)
        {
            context.Host.Hypervisor.UnpauseDomain(context.DomainId);
        }
        return Task.CompletedTask;
    }
}
