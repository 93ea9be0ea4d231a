using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Takes SCSI devices from a running guest that keeps others on the adapter, with its consent.</summary>
internal sealed class UnplugScsi(DeviceAddress adapter, IReadOnlyList<ScsiAddress> units) : Step
{
    public override string Name => "unplug-scsi";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (await VscsiBackend.UnplugAsync(context.Host, adapter, units, cancellation).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }

    /// <summary>What was taken cannot be given back: where it is gone, the configuration says so.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        var entries = await ScsiNodes.ReadAsync(context.Host.Store, adapter, CancellationToken.None).ConfigureAwait(false);
        if (!entries.Any(entry => units.Contains(entry.Virtual)))
        {
            await new ForgetScsi(adapter.DeviceId, units).DoAsync(context, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
