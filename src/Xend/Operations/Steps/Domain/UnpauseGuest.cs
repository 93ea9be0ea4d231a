using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Lets the guest's vCPUs run, unless the administrator holds it.</summary>
internal sealed class UnpauseGuest : Step
{
    private bool _unpaused;

    public override string Name => "unpause-guest";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (GuestInXen.IsPaused(context) is true)
        {
            context.Host.Hypervisor.UnpauseDomain(context.DomainId);
            _unpaused = true;
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_unpaused && GuestInXen.IsPaused(context) is false)
        {
            context.Host.Hypervisor.PauseDomain(context.DomainId);
        }
        return Task.CompletedTask;
    }
}
