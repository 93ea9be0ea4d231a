using Xend.Domains;

namespace Xend.Operations.Create;

/// <summary>Writes the skeleton of the domain's nodes, before anything needs it.</summary>
internal sealed class WriteDomainNodes : Step
{
    public override string Name => "write-domain-nodes";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.TransactAsync(
            store => DomainNodes.WriteSkeletonAsync(store, context.DomainId, context.Config, cancellation),
            cancellation
        );

    public override Task UndoAsync(OperationContext context) =>
        DomainNodes.RemoveAsync(context.Host.Store, context.DomainId, context.Uuid, CancellationToken.None);
}

/// <summary>Writes what the guest reads when it starts: memory, CPUs, store and console rings.</summary>
internal sealed class WriteBootNodes : Step
{
    public override string Name => "write-boot-nodes";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var now = context.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        context.Learn(runtime => runtime with { StartTime = now });
        return context.Host.Store.TransactAsync(
            store =>
                DomainNodes.WriteBootAsync(
                    store,
                    context.Config,
                    context.Runtime,
                    context.Host.Options.ConsoleLimitBytes,
                    context.Bootloader?.Terminal ?? "",
                    cancellation
                ),
            cancellation
        );
    }
}

/// <summary>Tells xenstored to serve the domain. Not inside a transaction.</summary>
internal sealed class IntroduceDomain : Step
{
    public override string Name => "introduce-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.IntroduceDomainAsync(
            context.DomainId,
            context.Runtime.StoreFrame!.Value,
            context.Runtime.StorePort!.Value,
            cancellation
        );
}

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
