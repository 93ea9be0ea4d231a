using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>A guest that was to depart, and was not taken, is this host's as before.</summary>
internal sealed class Stay : Step
{
    public override string Name => "stay";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Change(entry => entry with { State = DomainState.Running, Departure = null });
        return Task.CompletedTask;
    }
}
