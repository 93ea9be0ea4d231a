using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Lets the guest have the memory of its configuration as it is kept, and tells its balloon driver.</summary>
internal sealed class WriteMemory : Step
{
    public override string Name => "write-memory";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Entry?.Config is { } config)
        {
            await SetAsync(context, config, cancellation).ConfigureAwait(false);
        }
        // From here on the guest's target says that the rest is its own.
        context.MemoryPromise?.Dispose();
    }

    public override Task UndoAsync(OperationContext context) => SetAsync(context, context.Config, CancellationToken.None);

    private static Task SetAsync(OperationContext context, DomainConfig config, CancellationToken cancellation)
    {
        AllowMemory.Set(context, config);
        return DomainNodes.WriteMemoryAsync(context.Host.Store, context.DomainId, config, cancellation);
    }
}
