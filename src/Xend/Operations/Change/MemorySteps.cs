using Xend.Domains;
using Xend.Operations.Create;

namespace Xend.Operations.Change;

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

/// <summary>Lets the guest have the memory of its configuration as it is kept; its balloon driver has been told by somebody else.</summary>
internal sealed class AllowMemory : Step
{
    public override string Name => "allow-memory";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Entry?.Config is { } config)
        {
            Set(context, config);
        }
        // From here on the guest's limit says that the rest is its own.
        context.MemoryPromise?.Dispose();
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        Set(context, context.Config);
        return Task.CompletedTask;
    }

    public static void Set(OperationContext context, DomainConfig config)
    {
        LimitMemory.Set(context.Host, context.DomainId, config);
        if (context.Host.Hypervisor.FindDomain(context.DomainId) is { Hvm: true })
        {
            context.Host.Hypervisor.SetPopulateOnDemandTarget(context.DomainId, LimitMemory.LimitKib(config));
        }
    }
}

/// <summary>Sets dom0's own target; its kernel follows.</summary>
internal sealed class SetControlDomainMemory(ulong kib) : Step
{
    private ulong _before;

    public override string Name => "set-dom0-memory";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var stands = context.Host.Hypervisor.FindDomain(0)?.CurrentMemoryKib ?? 0;
        await context.Memory.SetDom0TargetAsync(kib, cancellation).ConfigureAwait(false);
        // Not before: what was refused changed nothing that could be taken back.
        _before = stands;
    }

    public override Task UndoAsync(OperationContext context) =>
        _before == 0 ? Task.CompletedTask : context.Memory.SetDom0TargetAsync(_before, CancellationToken.None);
}
