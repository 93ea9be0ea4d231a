using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Has in the ports of a running guest's USB controllers what its configuration says.</summary>
internal sealed class SettleUsbPorts : Step
{
    public override string Name => "settle-usb-ports";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        foreach (var controller in (context.Entry?.Config ?? context.Config).Devices.OfType<VusbConfig>())
        {
            await UsbPorts.SetAllAsync(context.Host, controller, context.Owner, cancellation).ConfigureAwait(false);
        }
    }
}
