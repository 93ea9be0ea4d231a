using Xend.DeviceModel;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Has the device model open the drive and take the disc out; the guest may hold it shut.</summary>
/// <param name="drive">The drive with the disc that is in it.</param>
internal sealed class EjectDisc(VbdConfig drive) : Step
{
    /// <summary>A guest that is asked to let go of its disc does so at once, or never.</summary>
    private static readonly TimeSpan UnlockLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(500);

    private bool _asked;

    public override string Name => "eject-disc";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        // From the first order on, the guest may open the tray at any time.
        _asked = true;
        await DeviceModelOrders
            .GiveAsync(context.Host, context.Owner, session => EjectAsync(context, session, cancellation), cancellation)
            .ConfigureAwait(false);
    }

    public override async Task UndoAsync(OperationContext context)
    {
        if (_asked && await DiscOrders.SettleAsync(context.Host, context.Owner, drive).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }

    private static bool IsLocked(QmpException error) => error.Reason.Contains("locked", StringComparison.Ordinal);

    private async Task EjectAsync(OperationContext context, IQmpSession session, CancellationToken cancellation)
    {
        var start = context.Host.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                await session.EjectAsync(drive.Id, cancellation).ConfigureAwait(false);
                return;
            }
            catch (QmpException locked) when (IsLocked(locked))
            {
                if (context.Host.Clock.GetElapsedTime(start) > UnlockLimit)
                {
                    throw new XendError(
                        ErrorCode.WrongState,
                        $"The disc in {context.Name}'s drive {drive.Id} cannot be taken out: the guest has locked the drive.",
                        $"{locked.Message}; the guest was asked to open it and did not for {UnlockLimit.TotalSeconds:0} s.",
                        "Unmount the disc in the guest first."
                    );
                }
            }
            await Task.Delay(TryEvery, context.Host.Clock, cancellation).ConfigureAwait(false);
        }
    }
}
