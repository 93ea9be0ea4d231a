using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Writes the file of a domain that runs: it is managed from now on, and has this configuration when it is started next.</summary>
internal sealed class KeepForNextStart(DomainConfig wanted) : Step
{
    private DomainEntry? _before;

    public override string Name => "keep-for-next-start";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        _before = context.Entry;
        context.Change(entry => entry with { Managed = true, Next = wanted });
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_before is { } before)
        {
            context.Change(entry => entry with { Managed = before.Managed, Next = before.Next });
        }
        return Task.CompletedTask;
    }
}
