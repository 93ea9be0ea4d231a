using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Policies;

/// <summary>What is done for a domain that ended and is to be kept: hardly anything. A pure function.</summary>
public static class PreservePlan
{
    public static ImmutableArray<Step> For() => [new MarkCompleted(), new KeepDead()];
}

/// <summary>Old xend's mark that the domain's end was dealt with; scripts look for it.</summary>
internal sealed class MarkCompleted : Step
{
    public override string Name => "mark-completed";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync(PathIn(context), "True", cancellation);

    public override Task UndoAsync(OperationContext context) => context.Host.Store.RemoveAsync(PathIn(context));

    private static string PathIn(OperationContext context) => $"{DomainNodes.PathOf(context.DomainId)}/xend/shutdown_completed";
}

/// <summary>From here on the domain's end is dealt with.</summary>
internal sealed class KeepDead : Step
{
    public override string Name => "keep-dead";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Change(entry => entry with { State = DomainState.Preserved });
        OperationLog.Preserved(context.Log, context.Name, context.DomainId);
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Change(entry => entry with { State = DomainState.Running });
        return Task.CompletedTask;
    }
}
