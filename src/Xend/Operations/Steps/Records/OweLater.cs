using Xend.Domains;
using Xend.Operations.Policies;

namespace Xend.Operations.Steps;

/// <summary>Writes down that the domain's old self goes, and until when a new one has to wait.</summary>
internal sealed class OweLater(RestartNote note) : Step
{
    public override string Name => "owe-restart-later";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var now = context.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        context.Change(entry => RestartProtection.Count(entry, now) with { State = DomainState.Waiting, Note = note });
        OperationLog.RestartDelayed(context.Log, context.Name, note.Reason, note.Until ?? 0);
        return Task.CompletedTask;
    }
}
