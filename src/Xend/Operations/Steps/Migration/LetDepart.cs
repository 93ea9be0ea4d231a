using Xend.Domains;
using Xend.Operations.Migration;

namespace Xend.Operations.Steps;

/// <summary>Writes down that the other host may have the guest, before it is given to it.</summary>
internal sealed class LetDepart(Leaving leaving) : Step
{
    public override string Name => "let-depart";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        context.Change(entry => entry with { State = DomainState.Departing, Departure = leaving.Departure });
        return Task.CompletedTask;
    }

    /// <summary>It was not given.</summary>
    public override Task UndoAsync(OperationContext context)
    {
        context.Change(entry => entry with { State = DomainState.Running, Departure = null });
        return Task.CompletedTask;
    }
}
