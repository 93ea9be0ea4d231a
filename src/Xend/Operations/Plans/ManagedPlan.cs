using System.Collections.Immutable;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>The plans by which a managed domain comes to be, is defined anew, gets another name, and goes. Pure functions.</summary>
public static class ManagedPlan
{
    /// <param name="wanted">The configuration.</param>
    /// <param name="before">The one that it replaces, or null.</param>
    public static ImmutableArray<Step> New(DomainConfig wanted, DomainConfig? before) => [new StoreConfiguration(wanted, before)];

    /// <summary>Of a domain that runs.</summary>
    public static ImmutableArray<Step> NewForNextStart(DomainConfig wanted) => [new KeepForNextStart(wanted)];

    public static ImmutableArray<Step> Delete() => [new RemoveConfiguration()];

    public static ImmutableArray<Step> Rename(DomainEntry entry, string name) =>
        [
            new KeepConfiguration(config => config with { Name = name }),
            .. entry.Runtime.Id is null ? ImmutableArray<Step>.Empty : [new WriteName()],
        ];
}
