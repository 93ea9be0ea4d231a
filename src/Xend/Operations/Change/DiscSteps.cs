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
        var config = context.Entry?.Config ?? context.Config;
        config = config with { Devices = [.. config.Devices, drive] };
        var foreign = await DeviceClaims.FindForeignAsync(context.Host, context.Domains, config, cancellation).ConfigureAwait(false);
        context.Claims.Take(config, context.Host.Devices, foreign, others => new CdDevice(drive).Check(context.Host, others));
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

    private bool _asked;

    public override string Name => "eject-disc";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        // From the first order on, the guest may open the tray at any time.
        _asked = true;
        await DiscOrders
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
            catch (QmpException locked) when (DiscChange.IsLocked(locked))
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

/// <summary>Makes a running guest's devices what the configuration says, for a daemon that died while it changed one.</summary>
internal sealed class SettleDevices : Step
{
    public override string Name => "settle-devices";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        foreach (var device in (context.Entry?.Config ?? context.Config).Devices)
        {
            var complaint = await BackendClasses
                .Of(device)
                .SettleAsync(context.Host, device, context.Owner, cancellation)
                .ConfigureAwait(false);
            if (complaint is not null)
            {
                OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
            }
        }
    }
}
