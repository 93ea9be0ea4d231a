namespace Xend.Operations.Steps;

/// <summary>Gives a running guest a USB device of the host on its emulated controller.</summary>
internal sealed class PlugUsb(HostUsbDevice device) : Step
{
    private bool _asked;

    public override string Name => "plug-usb";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        UsbOrders.GiveAsync(
            context,
            device,
            (session, has) =>
            {
                if (has)
                {
                    throw new XendError(ErrorCode.InvalidRequest, $"{context.Name} has the USB device {device} already");
                }
                _asked = true;
                return session.PlugUsbAsync(device, cancellation);
            },
            cancellation
        );

    public override Task UndoAsync(OperationContext context) =>
        !_asked
            ? Task.CompletedTask
            : UsbOrders.GiveAsync(
                context,
                device,
                (session, has) => has ? session.UnplugAsync(device.Id, CancellationToken.None) : Task.CompletedTask,
                CancellationToken.None
            );
}
