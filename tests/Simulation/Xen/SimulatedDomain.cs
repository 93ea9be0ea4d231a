using System.Collections.Immutable;
using Xend.Hypervisor;

namespace Simulation.Xen;

/// <summary>One domain as Xen has it: what it tells of it, and what a toolstack has set.</summary>
internal sealed record SimulatedDomain(DomainInfo Info)
{
    /// <summary>The CPUs of the vCPUs that were pinned; any other may run everywhere.</summary>
    public ImmutableSortedDictionary<uint, ImmutableArray<int>> Affinity { get; init; } =
        ImmutableSortedDictionary<uint, ImmutableArray<int>>.Empty;

    /// <summary>As Xen gives it to a new domain.</summary>
    public SchedulerParameters Scheduler { get; init; } = new(256, 0);

    /// <summary>The end of a PV domain's memory map; null where it was not set.</summary>
    public ulong? MemoryMapLimitKib { get; init; }

    public ulong? PopulateOnDemandKib { get; init; }

    public ulong? PagingPoolBytes { get; init; }

    /// <summary>What it may reach of the host's devices: ports, memory, interrupts, devices behind the IOMMU.</summary>
    public ImmutableSortedSet<string> Reaches { get; init; } = [];

    public uint TscMode { get; init; }

    public int TimeOffsetSeconds { get; init; }

    public static SimulatedDomain Dom0(ulong memoryKib) =>
        new(
            new DomainInfo
            {
                Id = 0,
                Uuid = Guid.Empty,
                Running = true,
                CurrentMemoryKib = memoryKib,
                MaxMemoryKib = memoryKib,
                VcpuCount = 2,
                OnlineVcpus = 2,
            }
        );

    public ImmutableArray<int> AffinityOf(uint vcpu, ImmutableArray<int> all) => Affinity.GetValueOrDefault(vcpu, all);

    /// <summary>All of it as one line.</summary>
    /// <param name="cpus">The host's CPUs.</param>
    /// <param name="parameters">The domain's HVM parameters that were set.</param>
    public string Describe(ImmutableArray<int> cpus, IEnumerable<string> parameters) =>
        string.Join(
            ' ',
            $"domain {Info.Id} {Info.Uuid}",
            Info.Dying ? "dying"
                : Info.Paused ? "paused"
                : "runs",
            $"shutdown {Info.Shutdown?.ToString() ?? "none"}",
            $"{Info.CurrentMemoryKib} of {Info.MaxMemoryKib} KiB",
            $"map {MemoryMapLimitKib} on demand {PopulateOnDemandKib} tables {PagingPoolBytes}",
            $"weight {Scheduler.Weight} cap {Scheduler.Cap}",
            $"tsc {TscMode} clock {TimeOffsetSeconds}",
            string.Join(' ', Vcpus.Select(vcpu => $"vcpu {vcpu} on {string.Join(',', AffinityOf(vcpu, cpus))}")),
            string.Join(' ', parameters),
            string.Join(' ', Reaches)
        );

    private IEnumerable<uint> Vcpus => Enumerable.Range(0, (int)Info.VcpuCount).Select(vcpu => (uint)vcpu);
}
