using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Removes the domain's nodes, and the emptied directories of its backends.</summary>
internal sealed class RemoveNodes(uint domainId, Guid uuid) : Step
{
    public override string Name => "remove-nodes";

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        Steps.LoopNotes.Prune(context, domainId);
        await BackendRemoval.RemoveDirectoriesAsync(context.Host, domainId, cancellation).ConfigureAwait(false);
        await DomainNodes.RemoveAsync(context.Host.Store, domainId, uuid, cancellation).ConfigureAwait(false);
    }
}
