using Xend.DeviceModel;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Change;

/// <summary>Claims the disc that is to come, beside what the domain has: the one in the drive is its own until it is out.</summary>
/// <param name="drive">The drive with that disc, or with none.</param>
internal sealed class ClaimDisc(VbdConfig drive) : Step
{
    public override string Name => "claim-disc";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var foreign = await DeviceClaims.FindForeignDisksAsync(context.Host, context.Domains, cancellation).ConfigureAwait(false);
        var config = context.Entry?.Config ?? context.Config;
        context.Claims.Take(config with { Devices = [.. config.Devices, drive] }, context.Host.Devices, foreign, others =>
            new CdDevice(drive).Check(context.Host, others)
        );
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Claims.TakeUnchecked(context.Entry?.Config ?? context.Config, context.Host.Devices);
        return Task.CompletedTask;
    }
}

/// <summary>Has the device model open the drive and take the disc out; the guest may hold it shut.</summary>
/// <param name="drive">The drive with the disc that is in it.</param>
internal sealed class EjectDisc(VbdConfig drive) : Step
{
    /// <summary>A guest that is asked to let go of its disc does so at once, or never.</summary>
    private static readonly TimeSpan UnlockLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(500);

    private readonly uint _number = VirtualDevice.Number(drive.Name);
    private bool _asked;

    public override string Name => "eject-disc";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        // From the first order on, the guest may open the tray at any time.
        _asked = true;
        await DiscChange.OrderAsync(context, session => EjectAsync(context, session, cancellation), cancellation).ConfigureAwait(false);
    }

    public override Task UndoAsync(OperationContext context) => _asked ? DiscChange.SettleAsync(context, drive, Name) : Task.CompletedTask;

    private async Task EjectAsync(OperationContext context, IQmpSession session, CancellationToken cancellation)
    {
        var start = context.Host.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                await session.EjectAsync(_number, cancellation).ConfigureAwait(false);
                return;
            }
            catch (QmpException locked) when (DiscChange.IsLocked(locked))
            {
                if (context.Host.Clock.GetElapsedTime(start) > UnlockLimit)
                {
                    throw new XendError(
                        ErrorCode.WrongState,
                        $"The disc in {context.Name}'s drive {_number} cannot be taken out: the guest has locked the drive.",
                        $"{locked.Message}; the guest was asked to open it and did not for {UnlockLimit.TotalSeconds:0} s.",
                        "Unmount the disc in the guest first."
                    );
                }
            }
            await Task.Delay(TryEvery, context.Host.Clock, cancellation).ConfigureAwait(false);
        }
    }
}

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
            await DiscChange.SetAsync(context, after, cancellation).ConfigureAwait(false);
        }
        await DiscChange.WriteAsync(context, after, cancellation).ConfigureAwait(false);
        context.Claims.TakeUnchecked(context.Entry?.Config ?? context.Config, context.Host.Devices);
    }

    /// <summary>The old disc itself comes back by the undo of <see cref="EjectDisc"/>.</summary>
    public override Task UndoAsync(OperationContext context) => DiscChange.WriteAsync(context, before, CancellationToken.None);
}

/// <summary>Makes what is in the drives what the configuration says, for a daemon that died while it changed a disc.</summary>
internal sealed class SettleDiscs : Step
{
    public override string Name => "settle-discs";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        foreach (var drive in (context.Entry?.Config ?? context.Config).Devices.OfType<VbdConfig>().Where(disk => disk.IsCdrom))
        {
            await DiscChange.SettleAsync(context, drive, Name).ConfigureAwait(false);
            await DiscChange.WriteAsync(context, drive, cancellation).ConfigureAwait(false);
        }
    }
}
