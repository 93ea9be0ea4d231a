using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Gives a running guest a USB device of the host on its emulated controller.</summary>
internal sealed class PlugUsb(HostUsbDevice device) : Step
{
    private bool _had;

    public override string Name => "plug-usb";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        DiscOrders.GiveAsync(
            context.Host,
            context.Owner,
            async session =>
            {
                _had = (await session.ListPluggedAsync(cancellation).ConfigureAwait(false)).Contains(device.Id);
                if (_had)
                {
                    throw new XendError(ErrorCode.InvalidRequest, $"{context.Name} has the USB device {device} already");
                }
                await session.PlugUsbAsync(device, cancellation).ConfigureAwait(false);
            },
            cancellation
        );

    public override Task UndoAsync(OperationContext context) =>
        _had
            ? Task.CompletedTask
            : DiscOrders.GiveAsync(
                context.Host,
                context.Owner,
                async session =>
                {
                    if ((await session.ListPluggedAsync(CancellationToken.None).ConfigureAwait(false)).Contains(device.Id))
                    {
                        await session.UnplugAsync(device.Id, CancellationToken.None).ConfigureAwait(false);
                    }
                },
                CancellationToken.None
            );
}
