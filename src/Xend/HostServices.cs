using Xend.Build;
using Xend.Build.Bootloaders;
using Xend.Build.Saving;
using Xend.DeviceModel;
using Xend.Host;
using Xend.Hosting;
using Xend.Hotplug;
using Xend.Hypervisor;
using Xend.Relocation;
using XenStore;

namespace Xend;

/// <summary>Everything outside the daemon that it acts on. The simulation replaces all of it.</summary>
public sealed record HostServices(
    IHypervisor Hypervisor,
    IXenStore Store,
    IImageBuilder Builder,
    IScriptRunner Scripts,
    IHostDevices Devices,
    ICoreDumper Dumper,
    TimeProvider Clock,
    CurrentOptions CurrentOptions
)
{
    /// <summary>Takes kernels from guests' disks.</summary>
    public required IBootloaderRunner Bootloaders { get; init; }

    public required IDeviceModels DeviceModels { get; init; }

    /// <summary>Writes guests into files, and makes guests of those.</summary>
    public required ISaveFiles SaveFiles { get; init; }

    /// <summary>What there is on the host that serves guests.</summary>
    public required IHostInventory Inventory { get; init; }

    public required IPciDevices Pci { get; init; }

    public required IScsiTargets Scsi { get; init; }

    public required IUnixSockets Sockets { get; init; }

    /// <summary>The xends of other hosts.</summary>
    public required IRelocationPeers Peers { get; init; }

    /// <summary>Is told when the last operation under way has ended.</summary>
    public Action WhenIdle { get; init; } = static () => { };

    /// <summary>The options as they are now; a reload may change them from one use to the next.</summary>
    public XendOptions Options => CurrentOptions.Value;
}
