using Xend.Operations.Migration;

namespace Xend.Operations.Steps;

/// <summary>Asks the other host whether it can take the guest, which notices nothing of that.</summary>
internal sealed class OfferGuest(Leaving leaving, MigrationOffer offer) : Step
{
    public override string Name => "offer-guest";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var blockers = await leaving.OfferAsync(offer, cancellation).ConfigureAwait(false);
        if (blockers.Count > 0)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{context.Name} cannot go to {leaving.Address.Host}: {blockers[0]}",
                blockers.Count > 1 ? string.Join('\n', blockers.Skip(1)) : null,
                "xm migrate --dry-run tells what is in its way, and changes nothing."
            );
        }
    }

    /// <summary>The other host gives up what it made, too.</summary>
    public override async Task UndoAsync(OperationContext context) => await leaving.DisposeAsync().ConfigureAwait(false);
}
