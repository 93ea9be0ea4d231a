using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>
/// Ends the domain and waits until Xen has forgotten it, or has kept it for too long: then it is shown as dying, with what holds it.
/// </summary>
internal sealed class DestroyDomain(uint domainId, Guid uuid) : Step
{
    public override string Name => "destroy-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        DomainDeath.DestroyAsync(context, domainId, uuid);
}
