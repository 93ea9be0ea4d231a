using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Writes the domain down, so that the next daemon knows it. From here on it is a running domain.</summary>
internal sealed class RecordDomain : Step
{
    private DomainEntry? _before;

    public override string Name => "record-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        _before = context.Entry;
        context.Change(entry =>
            entry with
            {
                State = DomainState.Running,
                Runtime = entry.Runtime with { InMaking = false },
                LastStart = entry.Runtime.StartTime,
                Note = null,
            }
        );
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_before is { } before)
        {
            // Where a restart is still owed, its record stays.
            context.Change(entry =>
                entry with
                {
                    State = before.State,
                    Runtime = entry.Runtime with { InMaking = true },
                    LastStart = before.LastStart,
                    Note = before.Note,
                }
            );
        }
        return Task.CompletedTask;
    }
}
