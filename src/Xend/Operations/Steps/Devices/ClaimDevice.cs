using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Refuses early a device that a running guest cannot have, and takes hold of its disk or address.</summary>
internal sealed class ClaimDevice(IDevice device) : Step
{
    public override string Name => "claim-device";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        device.FindServer(context.DomainNamed);
        var config = context.Entry?.Config ?? context.Config;
        config = config with { Devices = config.Devices.Add(device.Config) };
        var foreign = await DeviceClaims.FindForeignAsync(context.Host, context.Domains, config, cancellation).ConfigureAwait(false);
        context.Claims.Take(config, context.Host.Devices, foreign, others =>
        {
            DeviceClasses.Of(device.Config).RefuseUnconnectable(device.Config, config);
            device.Check(context.Host, others);
        });
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Claims.TakeUnchecked(context.Entry?.Config ?? context.Config, context.Host.Devices);
        return context.PciDrivers.GiveBackAsync();
    }
}
