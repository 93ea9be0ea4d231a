using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Writes the domain's name where others look for it.</summary>
internal sealed class WriteName : Step
{
    public override string Name => "write-name";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Entry is { } entry ? WriteAsync(context, entry.Name, cancellation) : Task.CompletedTask;

    /// <summary>
    /// The steps before this one are undone later, so the old name is not known here again: it is the one that the plan began with.
    /// </summary>
    public override Task UndoAsync(OperationContext context) => WriteAsync(context, context.Name, CancellationToken.None);

    private static Task WriteAsync(OperationContext context, string name, CancellationToken cancellation)
    {
        context.Claims.Rename(context.Uuid, name);
        return DomainNodes.WriteNameAsync(context.Host.Store, context.DomainId, context.Uuid, name, cancellation);
    }
}
