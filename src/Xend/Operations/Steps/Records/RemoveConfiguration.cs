using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Removes the files of a managed domain. It is gone when the configuration is, whatever else is still there.</summary>
internal sealed class RemoveConfiguration : Step
{
    public override string Name => "remove-configuration";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Change(entry => entry with { Managed = false });
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Change(entry => entry with { Managed = true });
        return Task.CompletedTask;
    }
}
