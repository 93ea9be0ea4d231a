using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Writes down why a domain that ended is not started again. Only a managed domain outlives that to tell.</summary>
internal sealed class GiveUp(RestartNote note) : Step
{
    public override string Name => "give-up";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        OperationLog.RestartRefused(context.Log, context.Name, note.Reason);
        context.Change(entry => entry with { Note = note });
        return Task.CompletedTask;
    }
}
