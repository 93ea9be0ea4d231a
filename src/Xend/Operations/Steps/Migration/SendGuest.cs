using Xend.Build.Saving;
using Xend.Operations.Migration;

namespace Xend.Operations.Steps;

/// <summary>Sends the guest, which is suspended afterwards, and whole on the other host.</summary>
internal sealed class SendGuest(Leaving leaving, Func<OperationContext, SuspendingGuest> suspending) : Step
{
    private SuspendingGuest? _guest;

    public override string Name => "send-guest";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        try
        {
            await leaving
                .SendAsync(context, _guest = suspending(context), new ShownProgress(context, Name), cancellation)
                .ConfigureAwait(false);
        }
        catch (SaveFileException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{context.Name} cannot be migrated to {leaving.Address.Host}: {error.Message}",
                error.Detail,
                error.Hint,
                error
            );
        }
        finally
        {
            SaveFiles.Delete(SaveNotes.DeviceModelPathOf(context.Host.Options.DeviceModelStateDirectory, context.DomainId));
        }
    }

    public override async Task UndoAsync(OperationContext context)
    {
        await leaving.DisposeAsync().ConfigureAwait(false);
        if (context.IsSuspensionAsked)
        {
            await GuestSuspension.ResumeAsync(context).ConfigureAwait(false);
        }
        // Who was to be told of its pages has ended, perhaps before it could say that it is not any more.
        await (_guest?.TrackPagesAsync(false, CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
    }
}
