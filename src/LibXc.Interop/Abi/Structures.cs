using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LibXc.Interop.Abi;

/// <summary>struct xen_domctl_getdomaininfo (xen/include/public/domctl.h), 4.16 and later. Pages are 4 KiB.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DomainInfoData
{
    public ushort Domain;
    private readonly ushort _pad;
    public uint Flags;
    public ulong TotPages;
    public ulong MaxPages;
    public ulong OutstandingPages;
    public ulong ShrPages;
    public ulong PagedPages;
    public ulong SharedInfoFrame;

    /// <summary>Nanoseconds.</summary>
    public ulong CpuTime;
    public uint NrOnlineVcpus;

    /// <summary>The highest vCPU id; 0xFFFFFFFF for none.</summary>
    public uint MaxVcpuId;
    public uint Ssidref;
    public Bytes16 Handle;
    public uint Cpupool;
    public byte GpaddrBits;
    private readonly byte _pad1;
    private readonly byte _pad2;
    private readonly byte _pad3;
    private readonly uint _pad4;
    private readonly ulong _archConfig;

    /// <summary>XEN_DOMINF_dying.</summary>
    public const uint FlagDying = 1 << 0;

    /// <summary>XEN_DOMINF_hvm_guest: HVM and PVH.</summary>
    public const uint FlagHvmGuest = 1 << 1;

    /// <summary>XEN_DOMINF_shutdown.</summary>
    public const uint FlagShutdown = 1 << 2;

    /// <summary>XEN_DOMINF_paused: by the toolstack.</summary>
    public const uint FlagPaused = 1 << 3;

    /// <summary>XEN_DOMINF_blocked: all vCPUs wait for an event.</summary>
    public const uint FlagBlocked = 1 << 4;

    /// <summary>XEN_DOMINF_running: a vCPU is on a CPU now.</summary>
    public const uint FlagRunning = 1 << 5;

    /// <summary>SHUTDOWN_*; of meaning only with <see cref="FlagShutdown"/>.</summary>
    public readonly int ShutdownReason => (int)((Flags >> 16) & 0xFF);
}

/// <summary>struct xen_domctl_getvcpuinfo.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VcpuInfoData
{
    public uint Vcpu;
    public byte Online;
    public byte Blocked;
    public byte Running;
    private readonly byte _pad;

    /// <summary>Nanoseconds.</summary>
    public ulong CpuTime;

    /// <summary>The physical CPU it ran on last.</summary>
    public uint Cpu;
}

/// <summary>struct xen_domctl_sched_credit, and _credit2, which has the same layout.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SchedulerData
{
    public ushort Weight;
    public ushort Cap;
}

/// <summary>struct xen_sysctl_physinfo, 4.17 and later.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PhysicalInfoData
{
    public uint ThreadsPerCore;
    public uint CoresPerSocket;
    public uint NrCpus;
    public uint MaxCpuId;
    public uint NrNodes;
    public uint MaxNodeId;
    public uint CpuKhz;
    public uint Capabilities;
    public uint ArchCapabilities;
    private readonly uint _pad;
    public ulong TotalPages;
    public ulong FreePages;
    public ulong ScrubPages;
    public ulong OutstandingPages;
    public ulong MaxMfn;
    public Words8 HwCap;

    /// <summary>XEN_SYSCTL_PHYSCAP_hvm.</summary>
    public const uint CapabilityHvm = 1 << 0;

    /// <summary>XEN_SYSCTL_PHYSCAP_pv.</summary>
    public const uint CapabilityPv = 1 << 1;

    /// <summary>XEN_SYSCTL_PHYSCAP_directio: an IOMMU.</summary>
    public const uint CapabilityDirectio = 1 << 2;

    /// <summary>XEN_SYSCTL_PHYSCAP_hap.</summary>
    public const uint CapabilityHap = 1 << 3;

    /// <summary>XEN_SYSCTL_PHYSCAP_shadow: it can follow which pages a paravirtualized guest writes.</summary>
    public const uint CapabilityShadow = 1 << 4;

    /// <summary>XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share.</summary>
    public const uint CapabilityIommuHapPtShare = 1 << 5;

    /// <summary>XEN_SYSCTL_PHYSCAP_gnttab_v2.</summary>
    public const uint CapabilityGnttabV2 = 1 << 9;
}

/// <summary>xen_compile_info_t (xen/include/public/version.h).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CompileInfoData
{
    public Bytes64 Compiler;
    public Bytes16 CompileBy;
    public Bytes32 CompileDomain;
    public Bytes32 CompileDate;
}

/// <summary>char or uint8_t [16].</summary>
[InlineArray(16)]
public struct Bytes16
{
    private byte _first;

    public readonly string Text => CText.Of(this);
}

/// <summary>char [32].</summary>
[InlineArray(32)]
public struct Bytes32
{
    private byte _first;

    public readonly string Text => CText.Of(this);
}

/// <summary>char [64].</summary>
[InlineArray(64)]
public struct Bytes64
{
    private byte _first;

    public readonly string Text => CText.Of(this);
}

/// <summary>uint32_t [8].</summary>
[InlineArray(8)]
public struct Words8
{
    private uint _first;
}

/// <summary>Text in a C array, up to its first zero byte or its end.</summary>
internal static class CText
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
