using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Waits for the backend driver and runs the script of one device. Undone by <see cref="WriteDevices"/>.</summary>
internal sealed class ConnectDevice(IDevice device) : Step
{
    public override string Name { get; } = $"connect-{device.Config.Class}-{device.Config.Id}";

    public override string? Group => StepGroup.BuildAndConnect;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        await device.ConnectAsync(context.Owner, context.Host, cancellation).ConfigureAwait(false);
        if (device.LoopFile(context.Host) is not null)
        {
            await LoopNotes
                .WriteAsync(context, new DeviceAddress(device.Config.Class, context.DomainId, device.Config.Id), cancellation)
                .ConfigureAwait(false);
        }
    }
}
