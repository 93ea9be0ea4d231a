using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Ends the device model, by whomever it was started. Before the devices: some of them are its own.</summary>
internal sealed class StopDeviceModel(uint domainId) : Step
{
    public override string Name => "stop-device-model";

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (await context.Host.DeviceModels.StopAsync(domainId).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }
}
