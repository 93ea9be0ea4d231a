using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Takes one device from a running guest: with its consent, or by force.</summary>
/// <remarks>A guest that keeps it is an error, and the device stays.</remarks>
internal sealed class UnplugDevice(DeviceAddress device, bool force) : Step
{
    public override string Name { get; } = $"unplug-{device.Class}-{device.DeviceId}";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var title = $"{Name} of {context.Name}";
        if (force)
        {
            await ForceOffAsync(context, device, title).ConfigureAwait(false);
            return;
        }
        Tell(context, title, await BackendClasses.UnplugAsync(context.Host, device, cancellation).ConfigureAwait(false));
        await DeviceNodes.RemoveEmptyAsync(context.Host.Store, device).ConfigureAwait(false);
        LoopNotes.Prune(context, context.DomainId);
    }

    /// <summary>What was taken cannot be given back: where it is gone, the configuration says so.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        if (await context.Host.Store.ReadAsync(device.BackendNode("state"), CancellationToken.None).ConfigureAwait(false) is null)
        {
            await new ForgetDevice(BackendClasses.In(device.Class).Name, device.DeviceId)
                .DoAsync(context, CancellationToken.None)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Without asking, and to its end.</summary>
    public static async Task ForceOffAsync(OperationContext context, DeviceAddress device, string title)
    {
        var complaint = await BackendClasses.ForceOffAsync(context.Host, device, CancellationToken.None).ConfigureAwait(false);
        Tell(context, title, complaint);
        await DeviceNodes.RemoveIndexAsync(context.Host.Store, device, CancellationToken.None).ConfigureAwait(false);
        await DeviceNodes.RemoveEmptyAsync(context.Host.Store, device).ConfigureAwait(false);
        LoopNotes.Prune(context, context.DomainId);
    }

    private static void Tell(OperationContext context, string title, string? complaint)
    {
        if (complaint is not null)
        {
            OperationLog.StepComplains(context.Log, title, complaint);
        }
    }
}
