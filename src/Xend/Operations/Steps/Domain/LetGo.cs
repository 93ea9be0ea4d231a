namespace Xend.Operations.Steps;

/// <summary>A guest that was held goes on.</summary>
internal sealed class LetGo(HoldGuest held) : Step
{
    public override string Name => "let-go";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        held.LetGo(context);
        return Task.CompletedTask;
    }
}
