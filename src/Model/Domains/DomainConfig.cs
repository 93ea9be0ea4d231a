using System.Collections.Immutable;
using Sxp;

namespace Model.Domains;

/// <summary>What a domain is to be: the typed form of the domain s-expression, validated.</summary>
public sealed record DomainConfig
{
    public required string Name { get; init; }

    public required Guid Uuid { get; init; }

    /// <summary>Memory at start, in MiB.</summary>
    public required uint MemoryMib { get; init; }

    /// <summary>Static maximum, in MiB; at least <see cref="MemoryMib"/>.</summary>
    public required uint MaxMemoryMib { get; init; }

    /// <summary>How many vCPUs the domain has at most.</summary>
    public required uint Vcpus { get; init; }

    /// <summary>How many of them are online at start.</summary>
    public required uint OnlineVcpus { get; init; }

    /// <summary>For each vCPU the physical CPUs that it may run on; empty for no pinning.</summary>
    public ImmutableArray<ImmutableArray<int>> Cpus { get; init; } = [];

    /// <summary>Scheduler weight, 1 to 65535; null for Xen's default.</summary>
    public int? CpuWeight { get; init; }

    /// <summary>Scheduler cap in percent of one CPU; null or 0 for none.</summary>
    public int? CpuCap { get; init; }

    public string PoolName { get; init; } = "Pool-0";

    public string Description { get; init; } = "";

    public string Features { get; init; } = "";

    public string Bootloader { get; init; } = "";

    public string BootloaderArgs { get; init; } = "";

    public DomainAction OnPoweroff { get; init; } = DomainAction.Destroy;

    public DomainAction OnReboot { get; init; } = DomainAction.Restart;

    public DomainAction OnCrash { get; init; } = DomainAction.Restart;

    /// <summary>ignore or start.</summary>
    public string OnXendStart { get; init; } = "ignore";

    /// <summary>ignore, shutdown or suspend.</summary>
    public string OnXendStop { get; init; } = "ignore";

    /// <summary>Its place when the host starts and stops.</summary>
    public StartOrder StartOrder { get; init; } = StartOrder.None;

    /// <summary>Shadow memory asked for, in MiB.</summary>
    public uint ShadowMemoryMib { get; init; }

    public required ImageConfig Image { get; init; }

    /// <summary>The virtual machine, from the image's other keys.</summary>
    public MachineOptions Machine { get; init; } = MachineOptions.Default;

    public GuestType Type =>
        Image.Builder switch
        {
            "hvm" => GuestType.Hvm,
            "pvh" => GuestType.Pvh,
            _ => GuestType.Pv,
        };

    public ImmutableArray<DeviceConfig> Devices { get; init; } = [];

    /// <summary>The same with another configuration of one of its devices.</summary>
    public DomainConfig WithDevice(DeviceConfig device) =>
        this with
        {
            Devices = [.. Devices.Select(other => other.Class == device.Class && other.Id == device.Id ? device : other)],
        };

    /// <summary>The same without one device. Where that was the disk to boot from, it is the first that is left.</summary>
    public DomainConfig Without(string deviceClass, uint id)
    {
        var left = Devices.Where(device => device.Class != deviceClass || device.Id != id).ToList();
        if (
            left.Find(device => device is VbdConfig) is VbdConfig { Bootable: false } first
            && !left.Any(device => device is VbdConfig { Bootable: true })
        )
        {
            left[left.IndexOf(first)] = first with { Bootable = true };
        }
        return this with { Devices = [.. left] };
    }
}

/// <summary>The <c>(image (BUILDER ...))</c> part.</summary>
public sealed record ImageConfig
{
    /// <summary>linux, hvm or pvh.</summary>
    public required string Builder { get; init; }

    public string Kernel { get; init; } = "";

    public string Ramdisk { get; init; } = "";

    /// <summary>The whole kernel command line: root, ip and extra merged.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>The other children in the order in which they came: videoram, tsc_mode...</summary>
    public ImmutableArray<(string Key, SValue Value)> Platform { get; init; } = [];
}

/// <summary>What happens to a domain that ended.</summary>
public enum DomainAction
{
    Destroy,
    Restart,
    Preserve,
    RenameRestart,
    CoredumpDestroy,
    CoredumpRestart,
}
