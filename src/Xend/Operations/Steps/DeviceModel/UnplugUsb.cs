namespace Xend.Operations.Steps;

/// <summary>Takes a USB device of the host from a running guest's emulated controller.</summary>
internal sealed class UnplugUsb(HostUsbDevice device) : Step
{
    private bool _asked;

    public override string Name => "unplug-usb";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        UsbOrders.GiveAsync(
            context,
            device,
            (session, has) =>
            {
                if (!has)
                {
                    throw new XendError(
                        ErrorCode.InvalidRequest,
                        $"{context.Name} has no USB device {device}",
                        hint: "It goes by the name by which it came: usbdevice= of the guest's file, or that of xm usb-add."
                    );
                }
                _asked = true;
                return session.UnplugAsync(device.Id, cancellation);
            },
            cancellation
        );

    /// <summary>Plugs it in again.</summary>
    public override Task UndoAsync(OperationContext context) =>
        !_asked
            ? Task.CompletedTask
            : UsbOrders.GiveAsync(
                context,
                device,
                (session, has) => has ? Task.CompletedTask : session.PlugUsbAsync(device, CancellationToken.None),
                CancellationToken.None
            );
}
