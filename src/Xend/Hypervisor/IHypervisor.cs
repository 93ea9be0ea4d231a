using System.Collections.Immutable;

namespace Xend.Hypervisor;

/// <summary>What the daemon asks of Xen. One real implementation over libxenctrl, one simulated.</summary>
/// <remarks>
/// Calls are short and may be made from any thread; only <see cref="DestroyDomain"/> may take long (hypercall continuations).
/// A failure is a <see cref="HypervisorException"/> that names the call and the errno.
/// </remarks>
public partial interface IHypervisor
{
    /// <summary>All domains, ascending by id. One hypercall (xc_domain_getinfolist) for up to 1024 domains.</summary>
    IReadOnlyList<DomainInfo> ListDomains();

    /// <summary>One domain, or null where Xen knows none of that id.</summary>
    DomainInfo? FindDomain(uint domainId);

    /// <summary>Creates an empty, paused domain and returns its id.</summary>
    uint CreateDomain(DomainCreation creation);

    /// <summary>Creates the vCPUs; <paramref name="count"/> must equal <see cref="DomainCreation.MaxVcpus"/>.</summary>
    void SetMaxVcpus(uint domainId, uint count);

    /// <summary>Pins a vCPU to the given physical CPUs (hard affinity).</summary>
    void SetVcpuAffinity(uint domainId, uint vcpu, IReadOnlyCollection<int> cpus);

    /// <summary>The hard limit of the domain's memory, in KiB.</summary>
    void SetMaxMemory(uint domainId, ulong kib);

    /// <summary>
    /// What an HVM or PVH guest whose memory is populated on demand may have, in KiB: without it a growing one dies for lack of pages.
    /// </summary>
    void SetPopulateOnDemandTarget(uint domainId, ulong kib);

    /// <summary>Presses keys on Xen's own console.</summary>
    void SendDebugKeys(string keys);

    /// <summary>The end of the pseudo-physical E820 map of a PV domain, in KiB.</summary>
    void SetMemoryMapLimit(uint domainId, ulong kib);

    /// <summary>The TSC mode: 0 default, 1 always emulate, 2 native.</summary>
    void SetTscMode(uint domainId, uint mode);

    /// <summary>The offset of the guest's wall clock from UTC, in seconds.</summary>
    void SetTimeOffset(uint domainId, int seconds);

    /// <summary>Applies libxc's default CPUID policy. Fresh domains only, before the first unpause.</summary>
    void ApplyCpuPolicy(uint domainId, CpuPolicy policy);

    /// <summary>The scheduler's weight (1 to 65535) and cap (percent of one CPU, 0 for none); null leaves as is.</summary>
    void SetSchedulerParameters(uint domainId, int? weight, int? cap);

    /// <summary>The scheduler's weight and cap of a domain.</summary>
    SchedulerParameters GetSchedulerParameters(uint domainId);

    /// <summary>A port of <paramref name="domainId"/> that <paramref name="remoteDomainId"/> may bind.</summary>
    uint AllocateUnboundEventChannel(uint domainId, uint remoteDomainId);

    /// <summary>Sets one of an HVM or PVH domain's parameters.</summary>
    void SetHvmParameter(uint domainId, HvmParameter parameter, ulong value);

    ulong GetHvmParameter(uint domainId, HvmParameter parameter);

    /// <summary>The pool for the page tables of an HVM or PVH domain, in bytes; a multiple of 4096. Its vCPUs must exist.</summary>
    void SetPagingPool(uint domainId, ulong bytes);

    /// <summary>Presses the ACPI power button of an HVM domain.</summary>
    void PressPowerButton(uint domainId);

    void PauseDomain(uint domainId);

    void UnpauseDomain(uint domainId);

    /// <summary>Shuts a domain down from outside, as if it had made the hypercall itself.</summary>
    void ShutdownDomain(uint domainId, ShutdownReason reason);

    /// <summary>Lets a suspended domain go on, as from a suspension that was cancelled.</summary>
    void ResumeDomain(uint domainId);

    /// <summary>Gives a domain another UUID.</summary>
    void SetDomainHandle(uint domainId, Guid uuid);

    /// <summary>Destroys a domain. It may be listed as dying until the last reference to its pages is gone.</summary>
    void DestroyDomain(uint domainId);

    PhysicalInfo GetPhysicalInfo();

    XenInfo GetXenInfo();

    /// <summary>Xen's console ring as text; <paramref name="clear"/> empties it.</summary>
    string ReadConsoleRing(bool clear);

    /// <summary>The state of one vCPU, or null where the domain has no such vCPU.</summary>
    VcpuInfo? GetVcpuInfo(uint domainId, uint vcpu);
}

/// <summary>A hypercall or library call failed.</summary>
/// <param name="call">The library call: xc_domain_create.</param>
/// <param name="errno">The errno as a name where known: ENOMEM, or its number.</param>
/// <param name="reason">The errno's text: Cannot allocate memory.</param>
/// <param name="detail">What libxc itself logged, or null.</param>
public sealed class HypervisorException(string call, string errno, string reason, string? detail = null)
    : Exception($"{call}: {reason} ({errno})" + (detail is null ? "" : $": {detail}"))
{
    public string Call { get; } = call;

    public string Errno { get; } = errno;

    public string Reason { get; } = reason;

    public string? Detail { get; } = detail;
}

/// <summary>SHUTDOWN_* of xen/include/public/sched.h.</summary>
public enum ShutdownReason
{
    Poweroff = 0,
    Reboot = 1,
    Suspend = 2,
    Crash = 3,
    Watchdog = 4,
    SoftReset = 5,
}

/// <summary>xen_domctl_getdomaininfo, in managed terms.</summary>
public sealed record DomainInfo
{
    public required uint Id { get; init; }

    /// <summary>The handle that the toolstack gave at creation: the domain's UUID.</summary>
    public required Guid Uuid { get; init; }

    public bool Dying { get; init; }

    public bool Hvm { get; init; }

    public bool Paused { get; init; }

    public bool Blocked { get; init; }

    public bool Running { get; init; }

    /// <summary>Why the domain shut down; null while it has not.</summary>
    public ShutdownReason? Shutdown { get; init; }

    public ulong CurrentMemoryKib { get; init; }

    public ulong MaxMemoryKib { get; init; }

    /// <summary>Pages promised to the domain but not yet allocated (claims), in KiB.</summary>
    public ulong OutstandingMemoryKib { get; init; }

    public ulong CpuTimeNs { get; init; }

    public uint OnlineVcpus { get; init; }

    /// <summary>The highest vCPU id plus one.</summary>
    public uint VcpuCount { get; init; }

    public uint CpuPool { get; init; }
}

/// <summary>What xc_domain_create needs.</summary>
public sealed record DomainCreation
{
    public required Guid Uuid { get; init; }

    public required GuestType Type { get; init; }

    public required uint MaxVcpus { get; init; }

    /// <summary>Hardware assisted paging (HVM, PVH).</summary>
    public bool Hap { get; init; } = true;

    /// <summary>Shadow page tables may be out of sync with the guest's (HVM, PVH without HAP).</summary>
    public bool OutOfSync { get; init; } = true;

    public bool Iommu { get; init; }

    public bool NestedVirtualization { get; init; }

    public uint CpuPool { get; init; }
}

public sealed record CpuPolicy(bool Pae = true, bool InvariantTsc = false, bool NestedVirtualization = false)
{
    /// <summary>The words in which the guest's CPUID is to differ from libxc's choice.</summary>
    public ImmutableArray<CpuidBits> Words { get; init; } = [];
}

/// <summary>HVM_PARAM_* of xen/include/public/hvm/params.h, as far as a toolstack sets or reads them.</summary>
public enum HvmParameter
{
    /// <summary>Not 0 where the guest has PV drivers: the way by which it hears of events.</summary>
    CallbackIrq = 0,
    Viridian = 9,
    TimerMode = 10,
    HpetEnabled = 11,

    /// <summary>Not 0 while the guest sleeps.</summary>
    AcpiSleepState = 14,
    VirtualTimerAlignment = 16,
}

public sealed record SchedulerParameters(int Weight, int Cap);

public sealed record VcpuInfo(uint Number, bool Online, bool Blocked, bool Running, ulong CpuTimeNs, int Cpu, ImmutableArray<int> Affinity);

/// <summary>xen_sysctl_physinfo, in managed terms. Memory in KiB.</summary>
public sealed record PhysicalInfo
{
    public uint ThreadsPerCore { get; init; }

    public uint CoresPerSocket { get; init; }

    public uint CpuCount { get; init; }

    /// <summary>The highest number of a CPU; numbers of CPUs that are offline lie between.</summary>
    public uint HighestCpu { get; init; }

    public uint NodeCount { get; init; }

    public uint CpuKhz { get; init; }

    public bool HvmAvailable { get; init; }

    public bool PvAvailable { get; init; }

    public bool IommuAvailable { get; init; }

    public bool HapAvailable { get; init; }

    /// <summary>Shadow paging, without which no paravirtualized guest can be moved while it runs.</summary>
    public bool ShadowAvailable { get; init; }

    public ulong TotalMemoryKib { get; init; }

    public ulong FreeMemoryKib { get; init; }

    public ulong ScrubMemoryKib { get; init; }

    public ulong OutstandingMemoryKib { get; init; }

    public ImmutableArray<uint> HardwareCapabilities { get; init; } = [];
}

/// <summary>xc_version and xc_sched_id.</summary>
public sealed record XenInfo
{
    public int Major { get; init; }

    public int Minor { get; init; }

    public string Extra { get; init; } = "";

    /// <summary>Space separated, with the trailing blank that Xen puts there.</summary>
    public string Capabilities { get; init; } = "";

    /// <summary>credit, credit2, rtds, null or arinc653.</summary>
    public string Scheduler { get; init; } = "";

    public int PageSize { get; init; }

    public ulong VirtualStart { get; init; }

    public string Changeset { get; init; } = "";

    public string CommandLine { get; init; } = "";

    public string Compiler { get; init; } = "";

    public string CompiledBy { get; init; } = "";

    public string CompileDomain { get; init; } = "";

    public string CompileDate { get; init; } = "";
}
