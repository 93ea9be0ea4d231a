using System.Collections.Immutable;
using Xend.Domains;
using Xend.Memory;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>The plans that change what a domain has: its memory, its vCPUs, its share of the CPUs. Pure functions.</summary>
/// <remarks>What can be refused comes first, then the configuration is kept, then the host follows it.</remarks>
public static class ChangePlan
{
    /// <exception cref="XendError">The domain could not be started with it.</exception>
    public static ImmutableArray<Step> Memory(DomainEntry entry, uint mib)
    {
        var changed = entry.Config! with { MemoryMib = mib };
        PciClass.RefuseMemoryOnDemand(changed);
        return
        [
            .. Running(entry, new ReserveMemory(MemoryNeed.ForTarget(MemoryNeed.TargetKib(changed)))),
            new KeepConfiguration(config => config with { MemoryMib = mib }),
            .. Running(entry, new WriteMemory()),
        ];
    }

    /// <summary>For a target that another tool has written: the node itself is left to who wrote it.</summary>
    public static ImmutableArray<Step> FollowedMemory(DomainEntry entry, uint mib) =>
        [
            new ReserveMemory(MemoryNeed.ForTarget(MemoryNeed.TargetKib(entry.Config! with { MemoryMib = mib }))),
            new KeepConfiguration(config => config with { MemoryMib = mib }),
            new AllowMemory(),
        ];

    /// <inheritdoc cref="Memory"/>
    public static ImmutableArray<Step> MaxMemory(DomainEntry entry, uint mib)
    {
        PciClass.RefuseMemoryOnDemand(entry.Config! with { MaxMemoryMib = mib });
        return [new KeepConfiguration(config => config with { MaxMemoryMib = mib }), .. Running(entry, new WriteMemory())];
    }

    public static ImmutableArray<Step> ControlDomainMemory(ulong kib) => [new SetControlDomainMemory(kib)];

    /// <summary>Of a domain that runs so many vCPUs are online; one that does not run will have so many.</summary>
    public static ImmutableArray<Step> Vcpus(DomainEntry entry, uint count) =>
        [
            new KeepConfiguration(config =>
                entry.Runtime.Id is null
                    ? config with
                    {
                        Vcpus = count,
                        OnlineVcpus = count,
                        // A cap is a share of the vCPUs that there are.
                        CpuCap = config.CpuCap is { } cap ? Math.Min(cap, (int)count * 100) : null,
                        // And a domain that is pinned has a list of CPUs for each of them.
                        Cpus = config.Cpus.IsEmpty ? [] : [.. Enumerable.Range(0, (int)count).Select(vcpu => CpusOf(config, vcpu))],
                    }
                    : config with
                    {
                        OnlineVcpus = count,
                    }
            ),
            .. Running(entry, new WriteOnlineVcpus()),
        ];

    public static ImmutableArray<Step> ControlDomainVcpus(uint count, uint most) => [new WriteControlDomainVcpus(count, most)];

    /// <param name="entry">The domain.</param>
    /// <param name="vcpus">Its vCPUs.</param>
    /// <param name="cpus">The physical CPUs that each of them may run on.</param>
    public static ImmutableArray<Step> Pinning(DomainEntry entry, ImmutableArray<int> vcpus, ImmutableArray<int> cpus) =>
        [
            .. entry.Config is null
                ? ImmutableArray<Step>.Empty
                : [new KeepConfiguration(config => config with { Cpus = Pinned(config, vcpus, cpus) })],
            .. Running(entry, new PinVcpus(vcpus, cpus)),
        ];

    public static ImmutableArray<Step> Scheduling(DomainEntry entry, int? weight, int? cap) =>
        entry.Config is null
            ? [new SetShares(weight, cap)]
            :
            [
                new KeepConfiguration(config => config with { CpuWeight = weight ?? config.CpuWeight, CpuCap = cap ?? config.CpuCap }),
                .. Running(entry, new SetScheduler()),
            ];

    public static ImmutableArray<Step> Sysrq(char key) => [new PressSysrq(key)];

    private static ImmutableArray<ImmutableArray<int>> Pinned(DomainConfig config, ImmutableArray<int> vcpus, ImmutableArray<int> cpus) =>
        [.. Enumerable.Range(0, (int)config.Vcpus).Select(vcpu => vcpus.Contains(vcpu) ? cpus : CpusOf(config, vcpu))];

    /// <summary>The CPUs that a vCPU is pinned to; empty for any.</summary>
    private static ImmutableArray<int> CpusOf(DomainConfig config, int vcpu) => vcpu < config.Cpus.Length ? config.Cpus[vcpu] : [];

    private static ImmutableArray<Step> Running(DomainEntry entry, Step step) => entry.Runtime.Id is null ? [] : [step];
}
