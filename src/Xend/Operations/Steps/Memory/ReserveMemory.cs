using Xend.Memory;

namespace Xend.Operations.Steps;

/// <summary>Gets the host's promise for what a guest needs, or is to have more than it has, until its pages are allocated.</summary>
internal sealed class ReserveMemory(MemoryNeed need) : Step
{
    private MemoryPromise? _promise;

    public override string Name => "reserve-memory";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        _promise = await context.Memory.ReserveAsync(context.Uuid, context.Name, need, cancellation).ConfigureAwait(false);
        context.MemoryPromise = _promise;
    }

    public override Task UndoAsync(OperationContext context) => _promise?.GiveBackAsync() ?? Task.CompletedTask;
}
