namespace Xend.Operations.Steps;

/// <summary>The dead domain's disks and addresses are free for the one that takes its place.</summary>
internal sealed class ReleaseClaims : Step
{
    public override string Name => "release-claims";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Claims.Release(context.Uuid);
        return Task.CompletedTask;
    }
}
