using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Stops the guest from running on while its devices go.</summary>
internal sealed class PauseDomain(uint domainId, Guid uuid) : Step
{
    public override string Name => "pause-domain";

    public override bool Required => false;

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Host.Hypervisor.FindDomain(domainId) is { } info && info.Uuid == uuid)
        {
            context.Host.Hypervisor.PauseDomain(domainId);
        }
        return Task.CompletedTask;
    }
}
