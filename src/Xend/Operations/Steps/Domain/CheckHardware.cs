namespace Xend.Operations.Steps;

/// <summary>Refuses early what this machine cannot run: guests that need hardware virtualization.</summary>
internal sealed class CheckHardware : Step
{
    public override string Name => "check-hardware";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Host.Hypervisor.GetPhysicalInfo().HvmAvailable)
        {
            return Task.CompletedTask;
        }
        throw new XendError(
            ErrorCode.HostResource,
            "HVM guest support is unavailable: is VT/AMD-V supported by your CPU and enabled in your BIOS?",
            $"{context.Name} is a guest of type {context.Config.Image.Builder}, which Xen cannot run without it.",
            "Enable virtualization in the firmware's set-up, or use a paravirtualized guest (builder = 'linux')."
        );
    }
}
