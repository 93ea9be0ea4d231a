using System.Collections.Immutable;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>What is done for a domain that ended and is to be kept: hardly anything. A pure function.</summary>
public static class PreservePlan
{
    public static ImmutableArray<Step> For() => [new MarkCompleted(), new KeepDead()];
}
