using Xend.Devices;
using Xend.Persistence;

namespace Xend.Operations.Steps;

/// <summary>Keeps the ledger of loop devices true: a note when the block script has made one, and none when it is detached.</summary>
internal static class LoopNotes
{
    /// <summary>Notes the loop device that serves a disk, where the script made one.</summary>
    public static async Task WriteAsync(OperationContext context, DeviceAddress address, CancellationToken cancellation)
    {
        var loop = await context.Host.Store.ReadAsync(address.BackendNode("node"), cancellation).ConfigureAwait(false);
        if (context.Host.Inventory.LoopDevices().FirstOrDefault(device => device.Name == loop) is { } made)
        {
            context.Loops.Note(new LoopNote(context.DomainId, address.DeviceId, made.Name, made.File, context.Name));
        }
    }

    /// <summary>Forgets a domain's loop devices that are detached; what is still there stays noted, for the audit.</summary>
    public static void Prune(OperationContext context, uint domainId)
    {
        context.Loops.ForgetUnfinished(domainId);
        var notes = context.Loops.ReadAll().Where(note => note.DomainId == domainId).ToList();
        if (notes.Count == 0)
        {
            return;
        }
        var devices = context.Host.Inventory.LoopDevices();
        foreach (var note in notes.Where(note => !devices.Any(device => device.Name == note.Loop && device.File == note.File)))
        {
            context.Loops.Forget(note);
        }
    }
}
