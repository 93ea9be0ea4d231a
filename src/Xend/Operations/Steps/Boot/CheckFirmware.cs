namespace Xend.Operations.Steps;

/// <summary>Refuses early an HVM guest whose firmware is missing, and says what was taken.</summary>
internal sealed class CheckFirmware : Step
{
    public override string Name => "check-firmware";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var loader = HvmFirmware.FindLoader(context);
        OperationLog.FileTaken(context.Log, context.Name, "hvmloader", loader, HvmFirmware.ConfiguredLoader(context.Config));
        OperationLog.FileTaken(context.Log, context.Name, "firmware", HvmFirmware.FindImage(context), context.Config.Machine.Firmware);
        return Task.CompletedTask;
    }
}
