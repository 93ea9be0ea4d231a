namespace Xend.Operations.Steps;

/// <summary>Changes a domain's configuration wherever it is kept: memory, record of a running domain, file of a managed one.</summary>
/// <remarks>
/// The one way by which a configuration changes at run time. Put it first in a plan: what it has written is the truth to which the next
/// daemon makes the host agree, and where a later step fails the undo puts the old configuration back.
/// </remarks>
internal sealed class KeepConfiguration(Func<DomainConfig, DomainConfig> change) : Step
{
    private DomainConfig? _before;

    public override string Name => "keep-configuration";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        _before = context.Entry?.Config;
        if (_before is not null)
        {
            context.Change(entry => entry.WithConfig(change(entry.Config!)));
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_before is { } before)
        {
            context.Change(entry => entry.WithConfig(before));
        }
        return Task.CompletedTask;
    }
}
