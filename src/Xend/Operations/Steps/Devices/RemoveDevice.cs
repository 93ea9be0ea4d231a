using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Takes one device away; side by side with the others.</summary>
internal sealed class RemoveDevice(DeviceAddress device) : Step
{
    public override string Name { get; } = $"remove-{device.Class}-{device.DeviceId}";

    public override string? Group => StepGroup.Removal;

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var complaint = await BackendClasses.ForceOffAsync(context.Host, device, cancellation).ConfigureAwait(false);
        if (complaint is not null)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }
}
