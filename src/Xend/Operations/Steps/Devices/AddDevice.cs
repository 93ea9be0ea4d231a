using Xend.Devices;
using XenStore;

namespace Xend.Operations.Steps;

/// <summary>Writes both ends of one more device of a running guest, unless another tool has attached one of that number.</summary>
internal sealed class AddDevice(IDevice device) : Step
{
    private bool _isAnothers;

    public override string Name { get; } = $"add-{device.Config.Class}-{device.Config.Id}";

    /// <summary>The look and the writing are one transaction: what another tool attaches in the same moment is not overwritten.</summary>
    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.TransactAsync(
            async store =>
            {
                _isAnothers = await IsThereAsync(store, context.Owner, cancellation).ConfigureAwait(false);
                if (_isAnothers)
                {
                    throw new XendError(
                        ErrorCode.AlreadyExists,
                        $"Device {DeviceClasses.Of(device.Config).Title(device.Config)} is already connected.",
                        "Another tool attached it in the same moment."
                    );
                }
                await device.WriteAsync(store, context.Owner, context.Host, cancellation).ConfigureAwait(false);
                return true;
            },
            cancellation
        );

    /// <summary>Takes away whatever is there of it by now; so the step that connects it needs no undo of its own.</summary>
    public override Task UndoAsync(OperationContext context) =>
        _isAnothers
            ? Task.CompletedTask
            : UnplugDevice.ForceOffAsync(context, device.AddressFor(context.Owner), $"undo {Name} of {context.Name}");

    /// <summary>
    /// Dom0's nodes tell, its own backends and its notes of driver domains'; what the guest has in its own directory counts for nothing.
    /// </summary>
    private async Task<bool> IsThereAsync(IXenStoreOperations store, DeviceOwner owner, CancellationToken cancellation)
    {
        var nodes = BackendClasses
            .Of(device.Config)
            .Directories.Select(directory => owner.AddressOf(directory, device.Config.Id).BackendNode("state"))
            .Append($"{DriverDomains.NoteOf(device.AddressFor(owner))}/backend");
        foreach (var node in nodes)
        {
            if (await store.ReadAsync(node, cancellation).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }
        return false;
    }
}
