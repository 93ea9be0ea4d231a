using System.Collections.Immutable;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Plans;

namespace Xend.Operations;

/// <content>What a domain has: its memory, its vCPUs, its share of the CPUs. Error sentences are old xend's where it had one.</content>
public sealed partial class Toolstack
{
    /// <summary>The most that a domain may be told to have, in MiB: 16 TiB.</summary>
    private const int MostMib = 1 << 24;

    private const int MostCpus = 4096;

    private const string DefaultPoolHint = "xm vcpu-list shows the vCPUs that there are.";

    public Task SetMemoryAsync(string reference, int mib, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        DemandMib(mib, "memory_dynamic_max");
        if (entry.Runtime.Id == 0)
        {
            return SetControlDomainMemoryAsync(entry, mib, requester, cancellation);
        }
        return ChangeAsync(
            entry,
            OperationKind.MemSet,
            $"to {mib} MiB",
            requester,
            current =>
                mib <= current.Config!.MaxMemoryMib
                    ? ChangePlan.Memory(current, (uint)mib)
                    : throw new XendError(
                        ErrorCode.InvalidRequest,
                        "memory_dynamic_max must be less than or equal to memory_static_max",
                        $"{current.Name} can be given {current.Config!.MaxMemoryMib} MiB at most (maxmem), and is to have {mib}.",
                        current.Runtime.Id is null
                            ? $"xm mem-max {current.Name} {mib} first."
                            : "A guest that runs can have no more than it started with as maxmem; xm mem-max says so to the next start."
                    ),
            cancellation
        );
    }

    public Task SetMaxMemoryAsync(string reference, int mib, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        DemandMib(mib, "memory_static_max");
        return ChangeAsync(
            entry,
            OperationKind.MemMax,
            $"to {mib} MiB",
            requester,
            current =>
                mib >= current.Config!.MemoryMib
                    ? ChangePlan.MaxMemory(current, (uint)mib)
                    : throw new XendError(
                        ErrorCode.InvalidRequest,
                        "memory_dynamic_max must be less than or equal to memory_static_max",
                        $"{current.Name} has {current.Config!.MemoryMib} MiB now, and {mib} are to be the most.",
                        $"xm mem-set {current.Name} {mib} first."
                    ),
            cancellation
        );
    }

    public Task SetVcpusAsync(string reference, int count, Requester requester, CancellationToken cancellation)
    {
        if (count <= 0)
        {
            throw new XendError(ErrorCode.InvalidRequest, "Zero or less VCPUs is invalid");
        }
        var entry = Resolve(reference);
        if (entry.Runtime.Id == 0)
        {
            return SetControlDomainVcpusAsync(entry, (uint)count, requester, cancellation);
        }
        return ChangeAsync(
            entry,
            OperationKind.VcpuSet,
            $"to {count}",
            requester,
            current =>
            {
                if (current.Runtime.Id is not null && count > current.Config!.Vcpus)
                {
                    throw TooManyVcpus(current.Name, count, current.Config.Vcpus);
                }
                return count <= DomainConfigReader.MostVcpus
                    ? ChangePlan.Vcpus(current, (uint)count)
                    : throw new XendError(
                        ErrorCode.InvalidRequest,
                        $"vcpus: {count} is out of range, 1 to {DomainConfigReader.MostVcpus} can be had"
                    );
            },
            cancellation
        );
    }

    public Task PinVcpuAsync(
        string reference,
        int? vcpu,
        IReadOnlyCollection<int> cpus,
        Requester requester,
        CancellationToken cancellation
    )
    {
        var wanted = cpus.Where(cpu => cpu is >= 0 and < MostCpus).Distinct().Order().ToImmutableArray();
        if (wanted.IsEmpty)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Cannot pin vcpu: {vcpu?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"} to cpu: [] - no CPU "
                    + $"is named"
            );
        }
        return ChangeAsync(
            Resolve(reference),
            OperationKind.VcpuPin,
            $"to {string.Join(",", wanted)}",
            requester,
            current =>
            {
                var most = VcpusOf(current);
                if (vcpu is { } one && (one < 0 || one >= most))
                {
                    throw new XendError(
                        ErrorCode.InvalidRequest,
                        $"Cannot pin vcpu: {one} to cpu: [{string.Join(", ", wanted)}] - {current.Name} has {most} vCPUs, 0 to {most - 1}",
                        hint: DefaultPoolHint
                    );
                }
                ImmutableArray<int> vcpus = vcpu is { } named ? [named] : [.. Enumerable.Range(0, (int)most)];
                return ChangePlan.Pinning(current, vcpus, wanted);
            },
            cancellation
        );
    }

    public SchedulerParameters GetScheduling(string reference)
    {
        var entry = Resolve(reference);
        return entry.Runtime.Id is { } id
            ? Call($"scheduler of {entry.Name}", () => _rooms.Host.Hypervisor.GetSchedulerParameters(id))
            : new SchedulerParameters(entry.Config?.CpuWeight ?? 256, entry.Config?.CpuCap ?? 0);
    }

    public Task SetSchedulingAsync(string reference, int? weight, int? cap, Requester requester, CancellationToken cancellation)
    {
        if (weight is < 1 or > ushort.MaxValue)
        {
            throw new XendError(ErrorCode.InvalidRequest, "Cpu weight out of range, valid values are within range from 1 to 65535");
        }
        return ChangeAsync(
            Resolve(reference),
            OperationKind.Schedule,
            $"weight {weight}, cap {cap}",
            requester,
            current =>
            {
                var most = VcpusOf(current) * 100;
                return cap is < 0 || cap > most
                    ? throw new XendError(
                        ErrorCode.InvalidRequest,
                        $"Cpu cap out of range, valid range is from 0 to {most} for specified number of vcpus"
                    )
                    : ChangePlan.Scheduling(current, weight, cap);
            },
            cancellation
        );
    }

    public Task PressSysrqAsync(string reference, string key, Requester requester, CancellationToken cancellation)
    {
        if (key.Length != 1 || !char.IsAsciiLetterOrDigit(key[0]))
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{DomainConfigReader.Printable(key)} is not convertible to a character",
                "A SysRq key is one letter or digit."
            );
        }
        return ChangeAsync(Resolve(reference), OperationKind.Sysrq, key, requester, _ => ChangePlan.Sysrq(key[0]), cancellation);
    }

    /// <summary>Sets dom0's vCPUs as xend-config.sxp says; 0 leaves them as they are.</summary>
    private async Task ApplyControlDomainCpusAsync(CancellationToken cancellation)
    {
        var count = _rooms.Host.Options.Dom0Cpus;
        if (count == 0 || _rooms.Domains.FindById(0) is not { } dom0)
        {
            return;
        }
        try
        {
            await SetControlDomainVcpusAsync(dom0, Math.Min(count, (uint)VcpusOf(dom0)), Requester.Daemon, cancellation)
                .ConfigureAwait(false);
        }
        catch (XendError error)
        {
            // No reason not to serve.
            OperationLog.Failed(_rooms.Log, error, "dom0-cpus");
        }
    }

    private Task SetControlDomainMemoryAsync(DomainEntry dom0, int mib, Requester requester, CancellationToken cancellation)
    {
        var least = Math.Max(_rooms.Host.Options.Dom0MinMemoryMib, 128);
        if (mib < least)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                "memory_dynamic_max too small",
                $"dom0 keeps {least} MiB at least (dom0-min-mem, and never below 128), and is to have {mib}."
            );
        }
        if (_rooms.Host.Hypervisor.FindDomain(0) is { } info && (ulong)mib * 1024 > info.MaxMemoryKib)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                "memory_dynamic_max must be less than or equal to memory_static_max",
                $"Xen lets dom0 have {info.MaxMemoryKib / 1024} MiB at most (dom0_mem=...,max:... on its command line), and it is to "
                    + $"have {mib}."
            );
        }
        return RunAsync(
            dom0,
            OperationKind.MemSet,
            requester,
            turn =>
            {
                OperationLog.Asked(_rooms.Log, $"mem-set {dom0.Name} to {mib} MiB", requester);
                return _lifecycle.RunAsync(OperationKind.MemSet, dom0, ChangePlan.ControlDomainMemory((uint)mib * 1024ul), turn);
            },
            cancellation
        );
    }

    private Task SetControlDomainVcpusAsync(DomainEntry dom0, uint count, Requester requester, CancellationToken cancellation)
    {
        var most = (uint)VcpusOf(dom0);
        if (count > most)
        {
            throw TooManyVcpus(dom0.Name, (int)count, most);
        }
        return RunAsync(
            dom0,
            OperationKind.VcpuSet,
            requester,
            turn =>
            {
                OperationLog.Asked(_rooms.Log, $"vcpu-set {dom0.Name} to {count}", requester);
                return _lifecycle.RunAsync(OperationKind.VcpuSet, dom0, ChangePlan.ControlDomainVcpus(count, most), turn);
            },
            cancellation
        );
    }

    /// <summary>Runs a change in the domain's turn, planned for the domain as it is then.</summary>
    private Task ChangeAsync(
        DomainEntry entry,
        OperationKind kind,
        string what,
        Requester requester,
        Func<DomainEntry, ImmutableArray<Step>> plan,
        CancellationToken cancellation
    )
    {
        if (entry.Foreign && (entry.Runtime.Id != 0 || kind == OperationKind.MemMax || kind == OperationKind.Sysrq))
        {
            throw new XendError(
                ErrorCode.WrongState,
                entry.Runtime.Id == 0
                    ? $"Cannot {kind.Name} privileged domain {entry.Name}"
                    : $"Cannot {kind.Name} {entry.Name}: another toolstack created it.",
                hint: entry.Runtime.Id == 0 ? null : "Its own toolstack keeps what it has: xl can change it."
            );
        }
        return RunAsync(
            entry,
            kind,
            requester,
            turn =>
            {
                var current = Demand(entry.Uuid, kind);
                OperationLog.Asked(_rooms.Log, $"{kind.Name} {entry.Name} {what}", requester);
                return _lifecycle.RunAsync(kind, current, plan(current), turn);
            },
            cancellation
        );
    }

    private long VcpusOf(DomainEntry entry) =>
        entry.Config?.Vcpus ?? _rooms.Host.Hypervisor.FindDomain(entry.Runtime.Id ?? 0)?.VcpuCount ?? 1;

    private static void DemandMib(int mib, string what)
    {
        if (mib is <= 0 or > MostMib)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{what} must be greater than zero",
                mib > 0 ? $"{mib} MiB are more than any host has." : null
            );
        }
    }

    private static XendError TooManyVcpus(string name, int count, uint most) =>
        new(
            ErrorCode.InvalidRequest,
            "Cannot set vcpus greater than max vcpus on running domain",
            $"{name} started with {most} vCPUs, and {count} are to be online."
        );

    private static T Call<T>(string what, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (HypervisorException error)
        {
            throw Failure.Explain(error, what);
        }
    }
}
