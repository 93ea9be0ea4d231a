using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Writes both ends of all devices, in one transaction.</summary>
internal sealed class WriteDevices(ImmutableArray<IDevice> devices) : Step
{
    public override string Name => "write-devices";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        devices.IsEmpty
            ? Task.CompletedTask
            : context.Host.Store.TransactAsync(
                async store =>
                {
                    foreach (var device in devices)
                    {
                        await device.WriteAsync(store, context.Owner, context.Host, cancellation).ConfigureAwait(false);
                    }
                    return true;
                },
                cancellation
            );

    /// <summary>Takes away whatever is there of them by now; so the steps that connect them need no undo of their own.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        foreach (
            var complaint in await BackendRemoval
                .RemoveAllAsync(context.Host, context.DomainId, CancellationToken.None)
                .ConfigureAwait(false)
        )
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
        LoopNotes.Prune(context, context.DomainId);
    }
}
