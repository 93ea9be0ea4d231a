using System.Buffers.Binary;

namespace LibXc.Interop.Abi;

/// <summary>Byte offsets of struct xen_domctl_createdomain (xen/include/public/domctl.h, arch-x86/xen.h). Fields not named are 0.</summary>
public sealed record CreateDomainLayout
{
    /// <summary>4.17 and 4.18.</summary>
    public static readonly CreateDomainLayout Xen417 = new()
    {
        Size = 64,
        CpupoolId = 52,
        ArchEmulationFlags = 56,
    };

    /// <summary>4.19 and 4.20: altp2m_opts came in at 48.</summary>
    public static readonly CreateDomainLayout Xen419 = new()
    {
        Size = 68,
        CpupoolId = 56,
        ArchEmulationFlags = 60,
    };

    public required int Size { get; init; }

    public int Handle { get; init; } = 4;

    public int Flags { get; init; } = 20;

    public int IommuOpts { get; init; } = 24;

    public int MaxVcpus { get; init; } = 28;

    public int MaxEvtchnPort { get; init; } = 32;

    public int MaxGrantFrames { get; init; } = 36;

    public int MaxMaptrackFrames { get; init; } = 40;

    public int GrantOpts { get; init; } = 44;

    public required int CpupoolId { get; init; }

    public required int ArchEmulationFlags { get; init; }

    /// <summary>The structure's bytes.</summary>
    internal byte[] Write(DomainConfiguration domain)
    {
        var bytes = new byte[Size];
        // The toolstack's convention (and xl's) is the UUID in text order, not in .NET's mixed one.
        domain.Handle.TryWriteBytes(bytes.AsSpan(Handle), bigEndian: true, out _);
        Put(Flags, domain.Flags);
        Put(IommuOpts, domain.IommuOptions);
        Put(MaxVcpus, domain.MaxVcpus);
        Put(MaxEvtchnPort, domain.MaxEventChannelPort);
        Put(MaxGrantFrames, DomainConfiguration.HypervisorDefault);
        Put(MaxMaptrackFrames, DomainConfiguration.HypervisorDefault);
        Put(GrantOpts, domain.MaxGrantVersion);
        Put(CpupoolId, domain.CpuPool);
        Put(ArchEmulationFlags, domain.EmulationFlags);
        return bytes;

        void Put(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
    }
}

/// <summary>What a new domain is to be; the values of struct xen_domctl_createdomain.</summary>
public sealed record DomainConfiguration
{
    /// <summary>XEN_DOMCTL_CDF_hvm: HVM and PVH.</summary>
    public const uint FlagHvm = 1;

    /// <summary>XEN_DOMCTL_CDF_hap.</summary>
    public const uint FlagHap = 2;

    /// <summary>XEN_DOMCTL_CDF_oos_off.</summary>
    public const uint FlagOutOfSyncOff = 8;

    /// <summary>XEN_DOMCTL_CDF_iommu.</summary>
    public const uint FlagIommu = 0x20;

    /// <summary>XEN_DOMCTL_CDF_nested_virt.</summary>
    public const uint FlagNestedVirtualization = 0x40;

    /// <summary>XEN_DOMCTL_IOMMU_no_sharept.</summary>
    public const uint IommuNoSharedTables = 1;

    internal const uint HypervisorDefault = 0xFFFF_FFFF;

    public required Guid Handle { get; init; }

    public uint Flags { get; init; }

    public uint IommuOptions { get; init; }

    public required uint MaxVcpus { get; init; }

    /// <summary>libxl's default.</summary>
    public uint MaxEventChannelPort { get; init; } = 1023;

    public uint MaxGrantVersion { get; init; } = 1;

    public uint CpuPool { get; init; }

    public uint EmulationFlags { get; init; }
}
