using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Takes a USB device of the host from a running guest; as if pulled out, the guest is not asked.</summary>
internal sealed class UnplugUsb(HostUsbDevice device) : Step
{
    private bool _taken;

    public override string Name => "unplug-usb";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        DiscOrders.GiveAsync(
            context.Host,
            context.Owner,
            async session =>
            {
                if (!(await session.ListPluggedAsync(cancellation).ConfigureAwait(false)).Contains(device.Id))
                {
                    throw new XendError(
                        ErrorCode.InvalidRequest,
                        $"{context.Name} has no USB device {device}",
                        hint: "It goes by the name by which it came: usbdevice= of the guest's file, or that of xm usb-add."
                    );
                }
                _taken = true;
                await session.UnplugAsync(device.Id, cancellation).ConfigureAwait(false);
            },
            cancellation
        );

    /// <summary>Plugs it in again.</summary>
    public override Task UndoAsync(OperationContext context) =>
        !_taken
            ? Task.CompletedTask
            : DiscOrders.GiveAsync(
                context.Host,
                context.Owner,
                async session =>
                {
                    if (!(await session.ListPluggedAsync(CancellationToken.None).ConfigureAwait(false)).Contains(device.Id))
                    {
                        await session.PlugUsbAsync(device, CancellationToken.None).ConfigureAwait(false);
                    }
                },
                CancellationToken.None
            );
}
