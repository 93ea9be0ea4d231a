using Xend.Hypervisor;
using Xend.Operations.Destroy;

namespace Xend.Operations.Create;

/// <summary>Makes the empty, paused domain.</summary>
internal sealed class CreateDomain(DomainCreation creation) : Step
{
    public override string Name => "create-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var id = context.Host.Hypervisor.CreateDomain(creation);
        context.Learn(runtime => runtime with { Id = id });
        context.Journal.DomainCreated(id);
        return Task.CompletedTask;
    }

    public override async Task UndoAsync(OperationContext context)
    {
        if (context.Runtime.Id is { } id)
        {
            await DomainDeath.DestroyAsync(context, id, context.Uuid).ConfigureAwait(false);
            context.Learn(runtime => runtime with { Id = null });
        }
    }
}

/// <summary>Makes the vCPUs and pins them.</summary>
internal sealed class SetVcpus : Step
{
    public override string Name => "set-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var hypervisor = context.Host.Hypervisor;
        hypervisor.SetMaxVcpus(context.DomainId, context.Config.Vcpus);
        Pin(context.Host, context.DomainId, context.Config);
        return Task.CompletedTask;
    }

    public static void Pin(HostServices host, uint domainId, DomainConfig config)
    {
        for (var vcpu = 0; vcpu < config.Cpus.Length; vcpu++)
        {
            if (!config.Cpus[vcpu].IsEmpty)
            {
                host.Hypervisor.SetVcpuAffinity(domainId, (uint)vcpu, config.Cpus[vcpu]);
            }
        }
    }
}

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

/// <summary>Allocates the ports by which the guest reaches xenstored and xenconsoled. They go with the domain.</summary>
internal sealed class AllocateEventChannels : Step
{
    public override string Name => "allocate-event-channels";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var store = context.Host.Hypervisor.AllocateUnboundEventChannel(context.DomainId, 0);
        var console = context.Host.Hypervisor.AllocateUnboundEventChannel(context.DomainId, 0);
        context.Learn(runtime => runtime with { StorePort = store, ConsolePort = console });
        return Task.CompletedTask;
    }
}

/// <summary>Time stamp counter and CPUID, as libxl sets them for a fresh domain.</summary>
internal sealed class SetCpuPolicy : Step
{
    public override string Name => "set-cpu-policy";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var machine = context.Config.Machine;
        context.Host.Hypervisor.SetTscMode(context.DomainId, machine.TscMode);
        context.Host.Hypervisor.ApplyCpuPolicy(
            context.DomainId,
            new CpuPolicy(machine.Pae, NestedVirtualization: machine.NestedHvm) { Words = machine.Cpuid }
        );
        return Task.CompletedTask;
    }
}

/// <summary>Weight and cap.</summary>
internal sealed class SetScheduler : Step
{
    public override string Name => "set-scheduler";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Config is { CpuWeight: null, CpuCap: null })
        {
            return Task.CompletedTask;
        }
        context.Host.Hypervisor.SetSchedulerParameters(context.DomainId, context.Config.CpuWeight, context.Config.CpuCap);
        return Task.CompletedTask;
    }
}
