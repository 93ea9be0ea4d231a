namespace Xend.Operations.Steps;

/// <summary>Between the two lives: from here on the domain has no id until it is created.</summary>
internal sealed class ForgetOldLife : Step
{
    public override string Name => "forget-old-life";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.ForgetRuntime();
        return Task.CompletedTask;
    }
}
