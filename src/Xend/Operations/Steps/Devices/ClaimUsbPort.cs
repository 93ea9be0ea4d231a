using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Claims the USB device of the host that is to come into a port, beside what the domain has.</summary>
/// <param name="after">The controller with that device.</param>
internal sealed class ClaimUsbPort(VusbConfig after) : Step
{
    public override string Name => "claim-usb-port";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var config = (context.Entry?.Config ?? context.Config).WithDevice(after);
        var foreign = await DeviceClaims.FindForeignAsync(context.Host, context.Domains, config, cancellation).ConfigureAwait(false);
        context.Claims.Take(config, context.Host.Devices, foreign, others =>
            new VusbDevice(after, isServed: true).Check(context.Host, others)
        );
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Claims.TakeUnchecked(context.Entry?.Config ?? context.Config, context.Host.Devices);
        return Task.CompletedTask;
    }
}
