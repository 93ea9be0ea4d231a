namespace Xend.Operations.Steps;

/// <summary>Takes an emulated disk or network card from a running guest without PV drivers.</summary>
/// <remarks>A card that the guest does not let go of is an error, and stays; by force its tap goes all the same.</remarks>
internal sealed class UnplugEmulated(DeviceConfig device, bool force) : Step
{
    public override string Name { get; } = $"unplug-emulated-{device.Class}-{device.Id}";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (await EmulatedOrders.TakeAsync(context, device, force, cancellation).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }

    /// <summary>Where the guest has lost it, it is not given back: all of it goes, as was asked.</summary>
    public override Task UndoAsync(OperationContext context) => SettleEmulated.TakeIfGoneAsync(context, device);
}
