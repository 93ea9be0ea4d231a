using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Refuses functions of PCI devices to a running guest that was made without an IOMMU, before anything is done to them.</summary>
internal sealed class TestPci(ImmutableArray<PciAddress> functions) : Step
{
    public override string Name => "test-pci";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        PciGrants.DemandIommu(context.Host, context.DomainId, functions);
        return Task.CompletedTask;
    }
}
