using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Writes the skeleton of the domain's nodes, before anything needs it.</summary>
internal sealed class WriteDomainNodes : Step
{
    public override string Name => "write-domain-nodes";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.TransactAsync(
            store => DomainNodes.WriteSkeletonAsync(store, context.DomainId, context.Config, cancellation),
            cancellation
        );

    public override Task UndoAsync(OperationContext context) =>
        DomainNodes.RemoveAsync(context.Host.Store, context.DomainId, context.Uuid, CancellationToken.None);
}
