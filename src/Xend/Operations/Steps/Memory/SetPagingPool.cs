using Xend.Memory;

namespace Xend.Operations.Steps;

/// <summary>The pool of page tables; without it Xen has room for the tables of a toy.</summary>
internal sealed class SetPagingPool : Step
{
    public override string Name => "set-paging-pool";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var kib = MemoryNeed.PagingPoolKib(context.Config);
        context.Host.Hypervisor.SetPagingPool(context.DomainId, kib * 1024);
        context.MemoryPromise?.Spend(kib);
        return Task.CompletedTask;
    }
}
