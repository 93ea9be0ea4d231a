namespace Xend.Operations.Steps;

/// <summary>The last step of a destruction: a managed domain is halted from now on, any other forgotten.</summary>
internal sealed class EndDomain : Step
{
    public override string Name => "end-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) => context.EndAsync();
}
