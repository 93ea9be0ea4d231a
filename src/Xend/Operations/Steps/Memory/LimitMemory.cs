namespace Xend.Operations.Steps;

/// <summary>Sets how much memory the domain may have.</summary>
internal sealed class LimitMemory : Step
{
    /// <summary>libxl's LIBXL_MAXMEM_CONSTANT: slack above the guest's memory.</summary>
    private const ulong SlackKib = 1024;

    public override string Name => "limit-memory";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        Set(context.Host, context.DomainId, context.Config);
        return Task.CompletedTask;
    }

    /// <summary>The limits of a configuration; also when it changes while the domain runs.</summary>
    public static void Set(HostServices host, uint domainId, DomainConfig config)
    {
        host.Hypervisor.SetMaxMemory(domainId, LimitKib(config));
        if (config.Type == GuestType.Pv)
        {
            host.Hypervisor.SetMemoryMapLimit(domainId, config.MaxMemoryMib * 1024ul + SlackKib);
        }
    }

    /// <summary>
    /// What the guest can have at most: its target, not its static maximum, so that it cannot take what it was not promised.
    /// </summary>
    public static ulong LimitKib(DomainConfig config) => Memory.MemoryNeed.TargetKib(config) + SlackKib;
}
