using System.Collections.Immutable;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>From a guest to a file of its memory. A pure function.</summary>
public static class DumpPlan
{
    /// <param name="path">Absolute.</param>
    /// <param name="live">It runs meanwhile: what it changes is in the file as it was, or as it is.</param>
    /// <param name="goesOn">It is let go on afterwards, where it was held for this.</param>
    public static ImmutableArray<Step> For(string path, bool live, bool goesOn)
    {
        var hold = new HoldGuest();
        return
        [
            .. live ? ImmutableArray<Step>.Empty : [hold],
            new WriteCore(path),
            .. live || !goesOn ? ImmutableArray<Step>.Empty : [new LetGo(hold)],
        ];
    }
}
