using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Claims the disc that is to come, beside what the domain has: the one in the drive is its own until it is out.</summary>
/// <param name="drive">The drive with that disc, or with none.</param>
internal sealed class ClaimDisc(VbdConfig drive) : Step
{
    public override string Name => "claim-disc";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var config = context.Entry?.Config ?? context.Config;
        config = config with { Devices = [.. config.Devices, drive] };
        var foreign = await DeviceClaims.FindForeignAsync(context.Host, context.Domains, config, cancellation).ConfigureAwait(false);
        context.Claims.Take(config, context.Host.Devices, foreign, others =>
        {
            DeviceClasses.Of(drive).RefuseUnconnectable(drive, config);
            new CdDevice(drive).Check(context.Host, others);
        });
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Claims.TakeUnchecked(context.Entry?.Config ?? context.Config, context.Host.Devices);
        return Task.CompletedTask;
    }
}
