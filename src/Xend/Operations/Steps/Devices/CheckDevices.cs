using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Refuses early what the devices cannot have, and takes hold of disks, MACs and interface names.</summary>
/// <remarks>Held until the domain ends: one that is still owed a restart keeps them, and of one that is not made all is released.</remarks>
internal sealed class CheckDevices(ImmutableArray<IDevice> devices) : Step
{
    public override string Name => "check-devices";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        foreach (var device in devices)
        {
            device.FindServer(context.DomainNamed);
        }
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
}
