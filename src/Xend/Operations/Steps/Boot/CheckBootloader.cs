namespace Xend.Operations.Steps;

/// <summary>Refuses early what cannot be run.</summary>
internal sealed class CheckBootloader(string program) : Step
{
    public override string Name => "check-bootloader";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Host.Bootloaders.Locate(program);
        return Task.CompletedTask;
    }
}
