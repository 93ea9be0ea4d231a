using System.Collections.Immutable;
using Xend.Operations.Migration;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>From this host to another. Pure functions.</summary>
internal static class MigrationPlan
{
    /// <summary>Until the guest stands still, whole on both sides, and only the other host's word is missing.</summary>
    public static ImmutableArray<Step> For(Leaving leaving, MigrationOffer offer, Func<OperationContext, SuspendingGuest> suspending) =>
        [new CheckSave(path: null), new OfferGuest(leaving, offer), new SendGuest(leaving, suspending), new LetDepart(leaving)];

    /// <summary>The other host has not taken it.</summary>
    public static ImmutableArray<Step> Stay() => [new ResumeGuest(), new Stay()];
}
