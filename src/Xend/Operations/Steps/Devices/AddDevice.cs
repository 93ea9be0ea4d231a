using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Writes both ends of one more device of a running guest.</summary>
internal sealed class AddDevice(IDevice device) : Step
{
    public override string Name { get; } = $"add-{device.Config.Class}-{device.Config.Id}";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.TransactAsync(
            async store =>
            {
                await device.WriteAsync(store, context.Owner, context.Host, cancellation).ConfigureAwait(false);
                return true;
            },
            cancellation
        );

    /// <summary>Takes away whatever is there of it by now; so the step that connects it needs no undo of its own.</summary>
    public override Task UndoAsync(OperationContext context) =>
        UnplugDevice.ForceOffAsync(
            context,
            new DeviceAddress(device.Config.Class, context.DomainId, device.Config.Id),
            $"undo {Name} of {context.Name}"
        );
}
