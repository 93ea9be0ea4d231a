using Xend.Build.Saving;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Fills the domain's memory from the file that it was saved to.</summary>
internal sealed class RestoreMemory(SavedGuestFile saved) : Step
{
    public override string Name => "restore-memory";

    public override string? Group => StepGroup.BuildAndConnect;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        try
        {
            var frames = await context
                .Host.SaveFiles.RestoreAsync(
                    new GuestRestoreRequest(
                        context.DomainId,
                        saved.Path,
                        saved.Guest.MemoryOffset,
                        context.Runtime.StorePort!.Value,
                        context.Runtime.ConsolePort!.Value
                    ),
                    new ShownProgress(context, Name),
                    cancellation
                )
                .ConfigureAwait(false);
            context.Learn(runtime => runtime with { StoreFrame = frames.StoreFrame, ConsoleFrame = frames.ConsoleFrame });
        }
        catch (SaveFileException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{context.Name} cannot be restored from {saved.Path}: {error.Message}",
                error.Detail,
                error.Hint,
                error
            );
        }
        // From here on the pages are the domain's and no promise is needed for them; but a device model still takes some for the guest.
        if (!BackendClasses.NeedDeviceModel(context.Config))
        {
            context.MemoryPromise?.Dispose();
        }
    }
}
