namespace Xend.Operations.Steps;

/// <summary>
/// Has the device model make the tap of a card that is to come to a running guest. The card comes last: one that the guest sees has a net.
/// </summary>
internal sealed class MakeTap(VifConfig nic) : Step
{
    public override string Name { get; } = $"make-tap-{nic.Id}";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        EmulatedOrders.GiveAsync(
            context,
            session => session.AddNetworkAsync(nic.Id, VifConfig.TapName(context.DomainId, nic.Id), cancellation),
            cancellation
        );

    public override Task UndoAsync(OperationContext context) =>
        EmulatedOrders.GiveAsync(context, session => EmulatedOrders.RemoveBackAsync(context, session, nic), CancellationToken.None);
}
