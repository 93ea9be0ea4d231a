using System.Collections.Immutable;
using Xend.Hypervisor;

namespace Simulation.Xen;

/// <summary>Xen in memory: domains, their memory and their deaths. xenstored is told of deaths as the real one hears of them.</summary>
public sealed partial class SimulatedHypervisor(SimulatedXenStored store, ulong totalMemoryKib) : IHypervisor
{
    private const ulong Dom0MemoryKib = 1024 * 1024;

    private static readonly ImmutableArray<int> AllCpus = [0, 1];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<uint, SimulatedDomain> _domains = new() { [0] = SimulatedDomain.Dom0(Dom0MemoryKib) };

    /// <summary>
    /// The id of the next domain, and the number of the last event channel. Numbers like no others can be found in a text.
    /// </summary>
    public uint NextDomainId { get; set; } = 1;

    /// <inheritdoc cref="NextDomainId"/>
    public uint LastPort { get; set; } = 1;

    /// <summary>Called with the call's name before it does anything; what it throws is the call's failure.</summary>
    public Action<string>? BeforeCall { get; set; }

    /// <summary>How many calls were made, by name.</summary>
    public Dictionary<string, int> Calls { get; } = [];

    /// <summary>The HVM parameters that were set.</summary>
    public Dictionary<(uint Domain, HvmParameter Parameter), ulong> Parameters { get; } = [];

    /// <summary>What each domain was created with.</summary>
    public Dictionary<uint, DomainCreation> Creations { get; } = [];

    /// <summary>By how many seconds the clocks of domains are ahead.</summary>
    public Dictionary<uint, int> TimeOffsets { get; } = [];

    public Dictionary<uint, CpuPolicy> CpuPolicies { get; } = [];

    /// <summary>Whether the processors can run HVM and PVH guests.</summary>
    public bool HvmAvailable { get; set; } = true;

    public IReadOnlyList<DomainInfo> ListDomains()
    {
        lock (_lock)
        {
            Enter("xc_domain_getinfolist");
            return [.. _domains.Values.Select(domain => domain.Info)];
        }
    }

    public DomainInfo? FindDomain(uint domainId)
    {
        lock (_lock)
        {
            Enter("xc_domain_getinfolist");
            return _domains.GetValueOrDefault(domainId)?.Info;
        }
    }

    public uint CreateDomain(DomainCreation creation)
    {
        lock (_lock)
        {
            Enter("xc_domain_create");
            var id = NextDomainId++;
            Creations[id] = creation;
            _domains[id] = new SimulatedDomain(
                new DomainInfo
                {
                    Id = id,
                    Uuid = creation.Uuid,
                    Paused = true,
                    Hvm = creation.Type != GuestType.Pv,
                    VcpuCount = creation.MaxVcpus,
                }
            );
            return id;
        }
    }

    public void SetMaxVcpus(uint domainId, uint count) =>
        ChangeInfo("xc_domain_max_vcpus", domainId, info => info with { OnlineVcpus = count, VcpuCount = count });

    public void SetVcpuAffinity(uint domainId, uint vcpu, IReadOnlyCollection<int> cpus) =>
        Change("xc_vcpu_setaffinity", domainId, domain =>
        {
            // CPUs that the host has not are left out; Xen refuses where none remains, as it does for a vCPU that is not there.
            var there = AllCpus.Intersect(cpus).ToImmutableArray();
            return there.IsEmpty || vcpu >= domain.Info.VcpuCount
                ? throw new HypervisorException("xc_vcpu_setaffinity", "EINVAL", "Invalid argument")
                : domain with
                {
                    Affinity = domain.Affinity.SetItem(vcpu, there),
                };
        });

    public void SetMaxMemory(uint domainId, ulong kib) =>
        ChangeInfo("xc_domain_setmaxmem", domainId, info => info with { MaxMemoryKib = kib });

    public void SetMemoryMapLimit(uint domainId, ulong kib) =>
        Change("xc_domain_set_memmap_limit", domainId, domain => domain with { MemoryMapLimitKib = kib });

    public void SetPopulateOnDemandTarget(uint domainId, ulong kib) =>
        Change("xc_domain_set_pod_target", domainId, domain => domain with { PopulateOnDemandKib = kib });

    public void SendDebugKeys(string keys)
    {
        lock (_lock)
        {
            Enter("xc_send_debug_keys");
        }
    }

    public void SetTscMode(uint domainId, uint mode) =>
        Change("xc_domain_set_tsc_info", domainId, domain => domain with { TscMode = mode });

    public void SetTimeOffset(uint domainId, int seconds)
    {
        Change("xc_domain_set_time_offset", domainId, domain => domain with { TimeOffsetSeconds = seconds });
        TimeOffsets[domainId] = seconds;
    }

    public void ApplyCpuPolicy(uint domainId, CpuPolicy policy)
    {
        Change("xc_cpuid_apply_policy", domainId, domain => domain);
        CpuPolicies[domainId] = policy;
    }

    public void SetSchedulerParameters(uint domainId, int? weight, int? cap) =>
        Change("xc_sched_credit2_domain_set", domainId, domain =>
            domain with
            {
                Scheduler = new SchedulerParameters(weight ?? domain.Scheduler.Weight, cap ?? domain.Scheduler.Cap),
            }
        );

    public SchedulerParameters GetSchedulerParameters(uint domainId)
    {
        lock (_lock)
        {
            Enter("xc_sched_credit2_domain_get");
            return _domains.TryGetValue(domainId, out var domain)
                ? domain.Scheduler
                : throw new HypervisorException("xc_sched_credit2_domain_get", "ESRCH", "No such process");
        }
    }

    public uint AllocateUnboundEventChannel(uint domainId, uint remoteDomainId)
    {
        lock (_lock)
        {
            Change("xc_evtchn_alloc_unbound", domainId, domain => domain);
            return ++LastPort;
        }
    }

    public void SetHvmParameter(uint domainId, HvmParameter parameter, ulong value)
    {
        Change("xc_hvm_param_set", domainId, domain => domain);
        Parameters[(domainId, parameter)] = value;
    }

    public ulong GetHvmParameter(uint domainId, HvmParameter parameter)
    {
        Change("xc_hvm_param_get", domainId, domain => domain);
        return Parameters.GetValueOrDefault((domainId, parameter));
    }

    public void SetPagingPool(uint domainId, ulong bytes) =>
        Change("xc_set_paging_mempool_size", domainId, domain => domain with { PagingPoolBytes = bytes });

    public void PressPowerButton(uint domainId) => Change("xc_domain_send_trigger", domainId, domain => domain);

    public void PauseDomain(uint domainId) => ChangeInfo("xc_domain_pause", domainId, info => info with { Paused = true });

    public void UnpauseDomain(uint domainId) =>
        ChangeInfo("xc_domain_unpause", domainId, info => info with { Paused = false, Running = true });

    public void ShutdownDomain(uint domainId, ShutdownReason reason)
    {
        ChangeInfo("xc_domain_shutdown", domainId, info => info with { Shutdown = reason, Running = false });
        store.DomainShutdown(domainId);
    }

    public void ResumeDomain(uint domainId) =>
        ChangeInfo("xc_domain_resume", domainId, info =>
            info.Shutdown == ShutdownReason.Suspend
                ? info with
                {
                    Shutdown = null,
                }
                : throw new HypervisorException("xc_domain_resume", "EINVAL", "Invalid argument", "the domain is not suspended")
        );

    public void SetDomainHandle(uint domainId, Guid uuid) => ChangeInfo("xc_domain_sethandle", domainId, info => info with { Uuid = uuid });

    public void DestroyDomain(uint domainId)
    {
        lock (_lock)
        {
            Enter("xc_domain_destroy");
            if (!_domains.TryGetValue(domainId, out var domain))
            {
                throw new HypervisorException("xc_domain_destroy", "ESRCH", "No such process");
            }
            if (Held.Contains(domainId))
            {
                _domains[domainId] = domain with
                {
                    Info = domain.Info with
                    {
                        Dying = true,
                        Running = false,
                        CurrentMemoryKib = Math.Min(domain.Info.CurrentMemoryKib, HeldKib),
                    },
                };
                return;
            }
            _domains.Remove(domainId);
        }
        store.DomainDestroyed(domainId);
    }

    /// <summary>Domains of which somebody holds pages: they stay dying when they are destroyed.</summary>
    public HashSet<uint> Held { get; } = [];

    /// <summary>How much of it.</summary>
    public ulong HeldKib { get; set; } = 64;

    /// <summary>Whoever held a domain's pages lets go.</summary>
    /// <param name="domainId">The domain.</param>
    /// <param name="heard">Whether xenstored hears of it. It may have forgotten the domain when its death began.</param>
    public void LetGo(uint domainId, bool heard = true)
    {
        lock (_lock)
        {
            Held.Remove(domainId);
            if (_domains.GetValueOrDefault(domainId) is not { Info.Dying: true })
            {
                return;
            }
            _domains.Remove(domainId);
        }
        if (heard)
        {
            store.DomainDestroyed(domainId);
        }
    }

    /// <summary>
    /// A balloon driver gives pages back or takes some, as many as there are and as the domain may have. Returns what it has then.
    /// </summary>
    public ulong Balloon(uint domainId, ulong kib)
    {
        lock (_lock)
        {
            if (!_domains.TryGetValue(domainId, out var domain))
            {
                return 0;
            }
            var current = domain.Info.CurrentMemoryKib;
            var most = Math.Min(current + FreeMemoryKib, domainId == 0 ? ulong.MaxValue : domain.Info.MaxMemoryKib);
            var now = kib > current ? Math.Max(current, Math.Min(kib, most)) : kib;
            _domains[domainId] = domain with { Info = domain.Info with { CurrentMemoryKib = now } };
            return now;
        }
    }

    public PhysicalInfo GetPhysicalInfo()
    {
        lock (_lock)
        {
            Enter("xc_physinfo");
            return new PhysicalInfo
            {
                TotalMemoryKib = totalMemoryKib,
                FreeMemoryKib = FreeMemoryKib,
                CpuCount = (uint)AllCpus.Length,
                HighestCpu = (uint)AllCpus.Length - 1,
                PvAvailable = true,
                HvmAvailable = HvmAvailable,
                HapAvailable = HvmAvailable,
                IommuAvailable = IommuAvailable,
            };
        }
    }

    public XenInfo GetXenInfo() =>
        new()
        {
            Major = 4,
            Minor = 17,
            Scheduler = "credit2",
        };

    public string ReadConsoleRing(bool clear) => "(XEN) simulated\n";

    public VcpuInfo? GetVcpuInfo(uint domainId, uint vcpu)
    {
        lock (_lock)
        {
            Enter("xc_vcpu_getinfo");
            return _domains.TryGetValue(domainId, out var domain) && vcpu < domain.Info.VcpuCount
                ? new VcpuInfo(vcpu, true, false, true, 0, 0, domain.AffinityOf(vcpu, AllCpus))
                : null;
        }
    }

    /// <summary>All that Xen has of its domains, a line each, for comparing before and after.</summary>
    public string Dump()
    {
        lock (_lock)
        {
            return string.Join('\n', _domains.Values.Select(domain => domain.Describe(AllCpus, ParametersOf(domain.Info.Id))));
        }
    }

    /// <summary>What the builder does: gives the domain its pages, if there are as many.</summary>
    public void Populate(uint domainId, ulong kib)
    {
        lock (_lock)
        {
            if (kib > FreeMemoryKib + (_domains.GetValueOrDefault(domainId)?.Info.CurrentMemoryKib ?? 0))
            {
                throw new HypervisorException("xc_domain_populate_physmap", "ENOMEM", "Cannot allocate memory");
            }
            ChangeInfo("xc_dom_boot_mem_init", domainId, info => info with { CurrentMemoryKib = kib });
        }
    }

    private ulong FreeMemoryKib => totalMemoryKib - _domains.Values.Aggregate(0ul, (sum, domain) => sum + domain.Info.CurrentMemoryKib);

    private IEnumerable<string> ParametersOf(uint domainId) =>
        Parameters
            .Where(parameter => parameter.Key.Domain == domainId)
            .Select(parameter => $"{parameter.Key.Parameter}={parameter.Value}")
            .Order();

    private void ChangeInfo(string call, uint domainId, Func<DomainInfo, DomainInfo> change) =>
        Change(call, domainId, domain => domain with { Info = change(domain.Info) });

    private void Change(string call, uint domainId, Func<SimulatedDomain, SimulatedDomain> change)
    {
        lock (_lock)
        {
            Enter(call);
            if (!_domains.TryGetValue(domainId, out var domain))
            {
                throw new HypervisorException(call, "ESRCH", "No such process");
            }
            _domains[domainId] = change(domain);
        }
    }

    private void Enter(string call)
    {
        Calls[call] = Calls.GetValueOrDefault(call) + 1;
        BeforeCall?.Invoke(call);
    }
}
