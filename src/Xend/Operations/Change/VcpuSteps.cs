using System.Collections.Immutable;
using Xend.Domains;
using Xend.Operations.Create;

namespace Xend.Operations.Change;

/// <summary>Tells the guest which of its vCPUs are to be online, as its configuration is kept. It follows when it likes.</summary>
internal sealed class WriteOnlineVcpus : Step
{
    public override string Name => "write-online-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Entry?.Config is { } config ? SetAsync(context, config, cancellation) : Task.CompletedTask;

    public override Task UndoAsync(OperationContext context) => SetAsync(context, context.Config, CancellationToken.None);

    private static Task SetAsync(OperationContext context, DomainConfig config, CancellationToken cancellation) =>
        DomainNodes.WriteOnlineVcpusAsync(context.Host.Store, context.DomainId, config.OnlineVcpus, config.Vcpus, cancellation);
}

/// <summary>The same for dom0, which has no configuration.</summary>
internal sealed class WriteControlDomainVcpus(uint count, uint most) : Step
{
    public override string Name => "write-dom0-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        DomainNodes.WriteOnlineVcpusAsync(context.Host.Store, 0, count, most, cancellation);

    public override Task UndoAsync(OperationContext context) =>
        DomainNodes.WriteOnlineVcpusAsync(
            context.Host.Store,
            0,
            context.Host.Hypervisor.FindDomain(0)?.OnlineVcpus ?? most,
            most,
            CancellationToken.None
        );
}

/// <summary>Pins vCPUs to physical CPUs.</summary>
internal sealed class PinVcpus(ImmutableArray<int> vcpus, ImmutableArray<int> cpus) : Step
{
    private readonly List<(uint Vcpu, ImmutableArray<int> Before)> _pinned = [];

    public override string Name => "pin-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var hypervisor = context.Host.Hypervisor;
        foreach (var vcpu in vcpus.Select(vcpu => (uint)vcpu))
        {
            if (hypervisor.GetVcpuInfo(context.DomainId, vcpu) is { } info)
            {
                _pinned.Add((vcpu, info.Affinity));
            }
            try
            {
                hypervisor.SetVcpuAffinity(context.DomainId, vcpu, cpus);
            }
            catch (Hypervisor.HypervisorException error)
            {
                throw new XendError(
                    ErrorCode.Hypervisor,
                    $"Cannot pin vcpu: {vcpu} to cpu: [{string.Join(", ", cpus)}] - {error.Reason}",
                    error.Detail,
                    error.Errno == "EINVAL" ? "Does the host have one of these CPUs, and the domain's pool? xm info, xm vcpu-list" : null,
                    error
                );
            }
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        foreach (var (vcpu, before) in _pinned)
        {
            context.Host.Hypervisor.SetVcpuAffinity(context.DomainId, vcpu, before);
        }
        return Task.CompletedTask;
    }
}

/// <summary>Pins what the configuration says that is pinned.</summary>
internal sealed class PinAsConfigured : Step
{
    public override string Name => "pin-as-configured";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Entry?.Config is { } config)
        {
            SetVcpus.Pin(context.Host, context.DomainId, config);
        }
        return Task.CompletedTask;
    }
}

/// <summary>Weight and cap as the configuration is kept; where it names none they are Xen's own.</summary>
internal sealed class Schedule : Step
{
    private const int DefaultWeight = 256;

    public override string Name => "set-scheduler";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Entry?.Config is { } config && (config.CpuWeight, config.CpuCap) is not (null, null))
        {
            context.Host.Hypervisor.SetSchedulerParameters(context.DomainId, config.CpuWeight, config.CpuCap);
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        context.Host.Hypervisor.SetSchedulerParameters(
            context.DomainId,
            context.Config.CpuWeight ?? DefaultWeight,
            context.Config.CpuCap ?? 0
        );
        return Task.CompletedTask;
    }
}

/// <summary>Weight and cap of a domain without a configuration: dom0.</summary>
internal sealed class SetShares(int? weight, int? cap) : Step
{
    private Hypervisor.SchedulerParameters? _before;

    public override string Name => "set-scheduler";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        _before = context.Host.Hypervisor.GetSchedulerParameters(context.DomainId);
        context.Host.Hypervisor.SetSchedulerParameters(context.DomainId, weight, cap);
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        if (_before is { } before)
        {
            context.Host.Hypervisor.SetSchedulerParameters(context.DomainId, before.Weight, before.Cap);
        }
        return Task.CompletedTask;
    }
}

/// <summary>Presses a magic SysRq key in the guest, whose kernel takes it from the node.</summary>
internal sealed class PressSysrq(char key) : Step
{
    public override string Name => "press-sysrq";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync($"{DomainNodes.PathOf(context.DomainId)}/control/sysrq", key.ToString(), cancellation);
}
