using LibXc.Interop.Abi;

namespace Xend.Hypervisor;

/// <content>Domains.</content>
public sealed partial class XenHypervisor
{
    /// <summary>Domains asked for at once; most hosts need one call.</summary>
    private const int ListChunk = 128;

    public IReadOnlyList<DomainInfo> ListDomains() =>
        Call(() =>
        {
            var domains = new List<DomainInfo>();
            var chunk = new DomainInfoData[ListChunk];
            uint next = 0;
            int count;
            do
            {
                count = _xen.GetDomains(next, chunk);
                foreach (var data in chunk.AsSpan(0, count))
                {
                    domains.Add(Info(data));
                }

                if (count > 0)
                {
                    next = chunk[count - 1].Domain + 1u;
                }
            } while (count == ListChunk);
            return domains;
        });

    public DomainInfo? FindDomain(uint domainId) => Call(() => _xen.FindDomain(domainId) is { } data ? Info(data) : null);

    public uint CreateDomain(DomainCreation creation) => Call(() => _xen.CreateDomain(Configuration(creation)));

    public void SetMaxVcpus(uint domainId, uint count) => Call(() => _xen.SetMaxVcpus(domainId, count));

    public void SetMaxMemory(uint domainId, ulong kib) => Call(() => _xen.SetMaxMemory(domainId, kib));

    public void SetPopulateOnDemandTarget(uint domainId, ulong kib) => Call(() => _xen.SetPodTarget(domainId, kib / KibPerPage));

    public void SetMemoryMapLimit(uint domainId, ulong kib) => Call(() => _xen.SetMemoryMapLimit(domainId, kib));

    public void SetTscMode(uint domainId, uint mode) => Call(() => _xen.SetTscMode(domainId, mode));

    public void SetTimeOffset(uint domainId, int seconds) => Call(() => _xen.SetTimeOffset(domainId, seconds));

    public void ApplyCpuPolicy(uint domainId, CpuPolicy policy) =>
        Call(() =>
            _xen.ApplyCpuPolicy(
                domainId,
                policy.Pae,
                policy.InvariantTsc,
                policy.NestedVirtualization,
                [.. policy.Words.Select(word => new CpuidWord(word.Leaf, word.Subleaf, word.Register, word.Bits))]
            )
        );

    public void SetHvmParameter(uint domainId, HvmParameter parameter, ulong value) =>
        Call(() => _xen.SetHvmParameter(domainId, (uint)parameter, value));

    public ulong GetHvmParameter(uint domainId, HvmParameter parameter) => Call(() => _xen.GetHvmParameter(domainId, (uint)parameter));

    public void SetPagingPool(uint domainId, ulong bytes) => Call(() => _xen.SetPagingPool(domainId, bytes));

    public void PressPowerButton(uint domainId) => Call(() => _xen.SendTrigger(domainId, trigger: 3, vcpu: 0));

    public uint AllocateUnboundEventChannel(uint domainId, uint remoteDomainId) =>
        Call(() => _xen.AllocateUnboundEventChannel(domainId, remoteDomainId));

    public void PauseDomain(uint domainId) => Call(() => _xen.PauseDomain(domainId));

    public void UnpauseDomain(uint domainId) => Call(() => _xen.UnpauseDomain(domainId));

    public void ShutdownDomain(uint domainId, ShutdownReason reason) => Call(() => _xen.ShutdownDomain(domainId, (int)reason));

    public void ResumeDomain(uint domainId) => Call(() => _xen.ResumeDomain(domainId, cancelled: true));

    public void SetDomainHandle(uint domainId, Guid uuid) => Call(() => _xen.SetDomainHandle(domainId, uuid));

    public void DestroyDomain(uint domainId) => Call(() => _xen.DestroyDomain(domainId));

    /// <summary>The values that libxl gives a new domain of each type (libxl__domain_make and its arch part).</summary>
    private DomainConfiguration Configuration(DomainCreation creation)
    {
        var translated = creation.Type != GuestType.Pv;
        var capabilities = _physical.Value.Capabilities;
        var hap = translated && creation.Hap && (capabilities & PhysicalInfoData.CapabilityHap) != 0;
        var sharesTables = hap && (capabilities & PhysicalInfoData.CapabilityIommuHapPtShare) != 0;
        return new DomainConfiguration
        {
            Handle = creation.Uuid,
            Flags =
                (translated ? DomainConfiguration.FlagHvm : 0)
                | (hap ? DomainConfiguration.FlagHap : 0)
                | (translated && !creation.OutOfSync ? DomainConfiguration.FlagOutOfSyncOff : 0)
                | (creation.Iommu ? DomainConfiguration.FlagIommu : 0)
                | (creation.NestedVirtualization ? DomainConfiguration.FlagNestedVirtualization : 0),
            IommuOptions = creation.Iommu && !sharesTables ? DomainConfiguration.IommuNoSharedTables : 0,
            MaxVcpus = creation.MaxVcpus,
            MaxGrantVersion = (capabilities & PhysicalInfoData.CapabilityGnttabV2) != 0 ? 2u : 1u,
            CpuPool = creation.CpuPool,
            EmulationFlags = creation.Type switch
            {
                GuestType.Hvm => _xen.Libraries.Abi.HvmEmulationFlags,
                GuestType.Pvh => _xen.Libraries.Abi.PvhEmulationFlags,
                _ => 0,
            },
        };
    }

    private static DomainInfo Info(in DomainInfoData data) =>
        new()
        {
            Id = data.Domain,
            Uuid = new Guid(data.Handle, bigEndian: true),
            Dying = Has(data, DomainInfoData.FlagDying),
            Hvm = Has(data, DomainInfoData.FlagHvmGuest),
            Paused = Has(data, DomainInfoData.FlagPaused),
            Blocked = Has(data, DomainInfoData.FlagBlocked),
            Running = Has(data, DomainInfoData.FlagRunning),
            Shutdown = Has(data, DomainInfoData.FlagShutdown) ? (ShutdownReason)data.ShutdownReason : null,
            CurrentMemoryKib = data.TotPages * KibPerPage,
            MaxMemoryKib = Kib(data.MaxPages),
            OutstandingMemoryKib = data.OutstandingPages * KibPerPage,
            CpuTimeNs = data.CpuTime,
            OnlineVcpus = data.NrOnlineVcpus,
            VcpuCount = unchecked(data.MaxVcpuId + 1), // 0xFFFFFFFF is none.
            CpuPool = data.Cpupool,
        };

    private static bool Has(in DomainInfoData data, uint flag) => (data.Flags & flag) != 0;

    /// <summary>Xen lets dom0 have as many pages as there are numbers for; in KiB that would not fit.</summary>
    private static ulong Kib(ulong pages) => pages > ulong.MaxValue / KibPerPage ? ulong.MaxValue : pages * KibPerPage;
}
