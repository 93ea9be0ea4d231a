namespace Xend.Operations.Steps;

/// <summary>Tells xenstored to serve the domain. Not inside a transaction.</summary>
internal sealed class IntroduceDomain : Step
{
    public override string Name => "introduce-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.IntroduceDomainAsync(
            context.DomainId,
            context.Runtime.StoreFrame!.Value,
            context.Runtime.StorePort!.Value,
            cancellation
        );
}
