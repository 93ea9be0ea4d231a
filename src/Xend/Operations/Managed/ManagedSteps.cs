using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Managed;

/// <summary>The plans by which a managed domain comes to be, gets another name, and goes. Pure functions.</summary>
public static class ManagedPlan
{
    /// <param name="wanted">The configuration.</param>
    /// <param name="before">The one that it replaces, or null.</param>
    public static ImmutableArray<Step> New(DomainConfig wanted, DomainConfig? before) => [new StoreConfiguration(wanted, before)];

    public static ImmutableArray<Step> Delete() => [new RemoveConfiguration()];

    public static ImmutableArray<Step> Rename(DomainEntry entry, string name) =>
        [
            new KeepConfiguration(config => config with { Name = name }),
            .. entry.Runtime.Id is null ? ImmutableArray<Step>.Empty : [new WriteName()],
        ];
}

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

/// <summary>Removes the files of a managed domain. It is gone when the configuration is, whatever else is still there.</summary>
internal sealed class RemoveConfiguration : Step
{
    public override string Name => "remove-configuration";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Change(entry => entry with { Managed = false });
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Change(entry => entry with { Managed = true });
        return Task.CompletedTask;
    }
}
