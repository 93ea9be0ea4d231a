using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Makes a running guest's devices what the configuration says, for a daemon that died while it changed one.</summary>
internal sealed class SettleDevices : Step
{
    public override string Name => "settle-devices";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        foreach (var device in (context.Entry?.Config ?? context.Config).Devices)
        {
            var complaint = await BackendClasses
                .Of(device)
                .SettleAsync(context.Host, device, context.Owner, cancellation)
                .ConfigureAwait(false);
            if (complaint is not null)
            {
                OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
            }
        }
    }
}
