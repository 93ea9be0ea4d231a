using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Makes the empty, paused domain.</summary>
internal sealed class CreateDomain(DomainCreation creation) : Step
{
    public override string Name => "create-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        // Without an IOMMU Xen refuses a domain that is to use it; a paravirtualized guest has its devices all the same.
        var iommu = creation.Iommu && context.Host.Hypervisor.GetPhysicalInfo().IommuAvailable;
        var id = context.Host.Hypervisor.CreateDomain(creation with { Iommu = iommu });
        context.Learn(runtime => runtime with { Id = id });
        context.Journal.DomainCreated(id);
        return Task.CompletedTask;
    }

    public override async Task UndoAsync(OperationContext context)
    {
        if (context.Runtime.Id is { } id)
        {
            await DomainDeath.DestroyAsync(context, id, context.Uuid).ConfigureAwait(false);
            context.Learn(runtime => runtime with { Id = null });
        }
    }
}
