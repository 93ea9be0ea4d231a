using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Puts the new disc in, and notes in xenstore what is in the drive, for PV drivers and other tools.</summary>
/// <param name="before">The drive with the disc that was in it.</param>
/// <param name="after">The drive with its new disc, or with none.</param>
internal sealed class InsertDisc(VbdConfig before, VbdConfig after) : Step
{
    public override string Name => "insert-disc";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (after.Uname.Length > 0)
        {
            await DiscOrders.SetAsync(context.Host, context.Owner, after, cancellation).ConfigureAwait(false);
        }
        await DiscOrders.NoteAsync(context.Host, context.Owner, after, cancellation).ConfigureAwait(false);
        context.Claims.TakeUnchecked(context.Entry?.Config ?? context.Config, context.Host.Devices);
    }

    /// <summary>The old disc itself comes back by the undo of <see cref="EjectDisc"/>.</summary>
    public override Task UndoAsync(OperationContext context) =>
        DiscOrders.NoteAsync(context.Host, context.Owner, before, CancellationToken.None);
}
