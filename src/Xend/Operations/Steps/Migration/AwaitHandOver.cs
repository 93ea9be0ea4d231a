using Xend.Operations.Migration;

namespace Xend.Operations.Steps;

/// <summary>Says that the guest is here and whole, and waits until it is this host's. What is written down then says so for good.</summary>
internal sealed class AwaitHandOver(Arriving arriving) : Step
{
    public override string Name => "await-hand-over";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        arriving.AwaitHandOverAsync(context, cancellation);

    /// <summary>Nobody was told yet.</summary>
    public override Task UndoAsync(OperationContext context)
    {
        arriving.Disown();
        return Task.CompletedTask;
    }
}
