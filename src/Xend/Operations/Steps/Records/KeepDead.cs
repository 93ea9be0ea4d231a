using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>From here on the domain's end is dealt with.</summary>
/// <remarks>The last step, and without an undo: when it is done, all is.</remarks>
internal sealed class KeepDead : Step
{
    public override string Name => "keep-dead";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Change(entry => entry with { State = DomainState.Preserved });
        OperationLog.Preserved(context.Log, context.Name, context.DomainId);
        return Task.CompletedTask;
    }
}
