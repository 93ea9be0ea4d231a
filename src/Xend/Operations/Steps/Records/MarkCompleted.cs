using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Old xend's mark that the domain's end was dealt with; scripts look for it.</summary>
/// <remarks>Without an undo: what comes after it is tried until it is done.</remarks>
internal sealed class MarkCompleted : Step
{
    public override string Name => "mark-completed";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync(PathIn(context), "True", cancellation);

    private static string PathIn(OperationContext context) => $"{DomainNodes.PathOf(context.DomainId)}/xend/shutdown_completed";
}
