using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Writes the file of a managed domain. When it is there, the domain is known for good.</summary>
internal sealed class StoreConfiguration(DomainConfig wanted, DomainConfig? before) : Step
{
    public override string Name => "store-configuration";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Change(entry => entry.WithConfig(wanted) with { Managed = true });
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Change(entry => before is null ? entry with { Managed = false } : entry.WithConfig(before));
        return Task.CompletedTask;
    }
}
