using Xend.Build.Saving;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Fills the domain's memory with what it was when it was saved, or left another host.</summary>
internal sealed class RestoreMemory(IGuestOrigin origin) : Step
{
    public override string Name => "restore-memory";

    public override string? Group => StepGroup.BuildAndConnect;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        try
        {
            var frames = await origin
                .RestoreAsync(
                    context.Host.SaveFiles,
                    new GuestReceiveRequest(context.DomainId, context.Runtime.StorePort!.Value, context.Runtime.ConsolePort!.Value),
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
                $"{context.Name} cannot be restored {origin.Described}: {error.Message}",
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
