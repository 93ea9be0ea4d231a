namespace Xend.Operations.Steps;

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
