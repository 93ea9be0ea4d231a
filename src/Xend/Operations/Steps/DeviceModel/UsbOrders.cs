using Xend.DeviceModel;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>What the device model is told of USB devices on an emulated controller. They go as if pulled out: nobody is asked.</summary>
internal static class UsbOrders
{
    /// <param name="context">The operation.</param>
    /// <param name="device">The device.</param>
    /// <param name="order">Called with whether the guest has it.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task GiveAsync(
        OperationContext context,
        HostUsbDevice device,
        Func<IQmpSession, bool, Task> order,
        CancellationToken cancellation
    ) =>
        DeviceModelOrders.GiveAsync(
            context.Host,
            context.Owner,
            async session =>
            {
                var has = (await session.ListPluggedAsync(cancellation).ConfigureAwait(false)).Contains(device.Id);
                await order(session, has).ConfigureAwait(false);
            },
            cancellation
        );
}
