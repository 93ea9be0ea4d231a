using Xend.DeviceModel;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>What the device model is told of emulated devices that come and go.</summary>
internal static class EmulatedOrders
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>A disk goes at once, and only a card asks the guest: by force nobody waits for that.</summary>
    private static readonly TimeSpan ForceLimit = TimeSpan.FromSeconds(2);

    /// <summary>qemu lets go of a disk's data a moment after the disk.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    public static Task GiveAsync(OperationContext context, Func<IQmpSession, Task> orders, CancellationToken cancellation) =>
        DeviceModelOrders.GiveAsync(context.Host, context.Owner, orders, cancellation);

    /// <summary>Whether the guest is shown the device.</summary>
    public static async Task<bool> HasAsync(OperationContext context, DeviceConfig device, CancellationToken cancellation)
    {
        var has = false;
        await GiveAsync(
                context,
                async session =>
                    has = (await session.ListPluggedAsync(cancellation).ConfigureAwait(false)).Contains(EmulatedPlug.IdOf(device)),
                cancellation
            )
            .ConfigureAwait(false);
        return has;
    }

    /// <summary>
    /// Takes the device away, and what is behind it. Throws where the guest keeps it, unless by force: then it stays in its slot, with
    /// nothing behind.
    /// </summary>
    /// <returns>What went wrong on the way; null where nothing did.</returns>
    public static async Task<string?> TakeAsync(OperationContext context, DeviceConfig device, bool force, CancellationToken cancellation)
    {
        string? complaint = null;
        await GiveAsync(
                context,
                async session =>
                {
                    if (
                        !await LetGoAsync(
                                context,
                                session,
                                device,
                                force ? ForceLimit : context.Host.Options.DeviceDestroyTimeout,
                                cancellation
                            )
                            .ConfigureAwait(false)
                    )
                    {
                        complaint = $"the guest keeps {EmulatedPlug.IdOf(device)} in its slot";
                        if (!force)
                        {
                            throw Kept(context, device);
                        }
                    }
                    // The guest may have let go of it: from here on it is taken away to the end.
                    await RemoveBackAsync(context, session, device).ConfigureAwait(false);
                },
                cancellation
            )
            .ConfigureAwait(false);
        return complaint;
    }

    /// <summary>True once the device model lists it no more.</summary>
    private static async Task<bool> LetGoAsync(
        OperationContext context,
        IQmpSession session,
        DeviceConfig device,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        var (clock, id) = (context.Host.Clock, EmulatedPlug.IdOf(device));
        var start = clock.GetTimestamp();
        var asked = false;
        while ((await session.ListPluggedAsync(cancellation).ConfigureAwait(false)).Contains(id))
        {
            if (clock.GetElapsedTime(start) > limit)
            {
                return false;
            }
            if (asked)
            {
                await Task.Delay(LookEvery, clock, cancellation).ConfigureAwait(false);
                continue;
            }
            asked = true;
            try
            {
                await session.UnplugAsync(id, cancellation).ConfigureAwait(false);
            }
            catch (QmpException error) when (error.Reason.Contains("in the process of unplug", StringComparison.Ordinal))
            {
                // An earlier daemon, or an earlier request, has asked already.
            }
        }
        return true;
    }

    /// <summary>What is behind it. Of a device that was there from the start, the data goes with the device.</summary>
    public static async Task RemoveBackAsync(OperationContext context, IQmpSession session, DeviceConfig device)
    {
        var start = context.Host.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                await (
                    device is VifConfig
                        ? session.RemoveNetworkAsync(device.Id, CancellationToken.None)
                        : session.RemoveDiskAsync(EmulatedPlug.IdOf(device), CancellationToken.None)
                ).ConfigureAwait(false);
                return;
            }
            catch (QmpException error)
                when (error.Reason.Contains("not found", StringComparison.OrdinalIgnoreCase)
                    || error.Reason.Contains("Failed to find", StringComparison.Ordinal)
                )
            {
                return;
            }
            catch (QmpException error)
                when (error.Reason.Contains("is in use", StringComparison.Ordinal) && context.Host.Clock.GetElapsedTime(start) < CloseLimit)
            {
                await Task.Delay(LookEvery, context.Host.Clock).ConfigureAwait(false);
            }
        }
    }

    private static XendError Kept(OperationContext context, DeviceConfig device) =>
        new(
            ErrorCode.WrongState,
            $"Device {device.Id} ({device.Class}) could not be disconnected.",
            $"{context.Name} has no PV drivers; it was asked by ACPI to let go of its emulated card and did not within "
                + $"{context.Host.Options.DeviceDestroyTimeout.TotalSeconds:0} s.",
            "The guest's system must know ACPI hot plug (Linux: acpiphp) and run. With -f the card loses its net and stays in its slot."
        );
}
