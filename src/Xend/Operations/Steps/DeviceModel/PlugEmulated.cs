using Xend.DeviceModel;

namespace Xend.Operations.Steps;

/// <summary>Gives a running guest without PV drivers a disk or a network card on an emulated bus.</summary>
internal sealed class PlugEmulated(DeviceConfig device) : Step
{
    public override string Name { get; } = $"plug-emulated-{device.Class}-{device.Id}";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        EmulatedOrders.GiveAsync(
            context,
            session => EmulatedPlug.PlugAsync(session, device, context.Config.Machine, context.Host.Devices, cancellation),
            cancellation
        );

    /// <summary>What the guest has not let go of by then stays in its slot, without a disk or a net behind it.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        if (await EmulatedOrders.TakeAsync(context, device, force: true, CancellationToken.None).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
    }
}
