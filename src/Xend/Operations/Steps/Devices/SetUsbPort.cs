using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Plugs a USB device of the host into a port of a running guest's controller, or unplugs what is there.</summary>
/// <param name="before">The controller as it is.</param>
/// <param name="port">From 1 on.</param>
/// <param name="place">Of the host's device; empty for none.</param>
internal sealed class SetUsbPort(VusbConfig before, int port, string place) : Step
{
    public override string Name => "set-usb-port";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        UsbPorts.SetAsync(context.Host, before, context.Owner, port, place, cancellation);

    public override Task UndoAsync(OperationContext context) =>
        UsbPorts.SetAsync(context.Host, before, context.Owner, port, before.Ports[port - 1], CancellationToken.None);
}
