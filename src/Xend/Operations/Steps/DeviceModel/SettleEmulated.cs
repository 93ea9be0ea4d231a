using Xend.DeviceModel;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>The emulated side of a device that a dead daemon, or a failure, left half plugged.</summary>
internal static class SettleEmulated
{
    /// <summary>
    /// Whether the guest sees what its configuration has: by PV drivers, or on an emulated bus. A device model that does not answer is
    /// believed to have it.
    /// </summary>
    public static async Task<bool> IsSeenAsync(OperationContext context, DeviceConfig device, CancellationToken cancellation)
    {
        if (!PvDrivers.AreMissing(context) || EmulatedPlug.Refusal(device, context.Config.Machine) is not null)
        {
            return true;
        }
        try
        {
            return await EmulatedOrders.HasAsync(context, device, cancellation).ConfigureAwait(false);
        }
        catch (XendError error)
        {
            OperationLog.StepComplains(context.Log, $"devices of {context.Name}", error.Message);
            return true;
        }
    }

    /// <summary>Takes what may be left of it on the emulated side.</summary>
    public static async Task TakeAsync(OperationContext context, DeviceConfig device)
    {
        if (!PvDrivers.AreMissing(context) || EmulatedPlug.Refusal(device, context.Config.Machine) is not null)
        {
            return;
        }
        try
        {
            await EmulatedOrders.TakeAsync(context, device, force: true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (XendError error)
        {
            OperationLog.StepComplains(context.Log, $"devices of {context.Name}", error.Message);
        }
    }

    /// <summary>Where the guest has lost it, the rest of it goes, too.</summary>
    public static async Task TakeIfGoneAsync(OperationContext context, DeviceConfig device)
    {
        if (await IsSeenAsync(context, device, CancellationToken.None).ConfigureAwait(false))
        {
            return;
        }
        await UnplugDevice
            .ForceOffAsync(context, BackendClasses.AddressOf(device, context.Owner), $"devices of {context.Name}")
            .ConfigureAwait(false);
        await new ForgetDevice(device.Class, device.Id).DoAsync(context, CancellationToken.None).ConfigureAwait(false);
    }
}
