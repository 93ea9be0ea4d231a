using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Refuses early what the devices cannot have, and takes hold of disks and MACs.</summary>
internal sealed class CheckDevices(ImmutableArray<IDevice> devices) : Step
{
    public override string Name => "check-devices";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var foreign = await DeviceClaims
            .FindForeignAsync(context.Host, context.Domains, context.Config, cancellation)
            .ConfigureAwait(false);
        context.Claims.Take(context.Config, context.Host.Devices, foreign, others =>
        {
            foreach (var device in devices)
            {
                DeviceClasses.Of(device.Config).RefuseUnconnectable(device.Config, context.Config);
                device.Check(context.Host, others);
            }
            FloppyDrives.Check(context.Config, context.Host, others);
        });
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Claims.Release(context.Uuid);
        return Task.CompletedTask;
    }
}
