using Xend.Host;
using Xend.Hypervisor;
using XenStore;

namespace Xend.Devices;

/// <summary>What every device that a domain is created with can do. The plan calls the verbs in this order.</summary>
/// <remarks>
/// Taking a device away needs no object of this kind: <see cref="DeviceRemoval"/> works from xenstore, for any toolstack's devices.
/// </remarks>
public interface IDevice
{
    DeviceConfig Config { get; }

    /// <summary>How users know it: "disk xvda", "interface 0".</summary>
    string Label { get; }

    uint DeviceId { get; }

    /// <summary>Refuses early what cannot work on this host. Nothing exists yet.</summary>
    void Check(HostServices host, DomainOwnership others);

    /// <summary>Writes both ends; all in the one transaction of <paramref name="store"/>.</summary>
    Task WriteAsync(IXenStoreOperations store, DeviceOwner owner, HostServices host, CancellationToken cancellation);

    /// <summary>Waits for the backend driver and runs the script that connects the backend.</summary>
    Task ConnectAsync(DeviceOwner owner, HostServices host, CancellationToken cancellation);
}

/// <summary>The domain that gets a device.</summary>
public sealed record DeviceOwner(uint DomainId, Guid Uuid, string Name, GuestType Type);

/// <summary>What other domains use, as far as a new device must not clash with it.</summary>
public sealed class DomainOwnership(IReadOnlyList<DiskHolder> disks, IReadOnlyDictionary<string, string> macs)
{
    public static DomainOwnership None { get; } = new([], new Dictionary<string, string>());

    /// <summary>The other domains' holds on a disk.</summary>
    public IEnumerable<DiskHolder> HoldersOf(DiskIdentity disk) => disks.Where(holder => holder.Disk == disk);

    /// <summary>The name of the domain that has an interface with that MAC, or null.</summary>
    public string? HolderOfMac(string mac) => macs.GetValueOrDefault(mac);
}

/// <param name="Disk">The data.</param>
/// <param name="Domain">The name of the domain that has it.</param>
/// <param name="Device">Its name there: xvda.</param>
/// <param name="Mode">r, w or <c>w!</c>.</param>
public sealed record DiskHolder(DiskIdentity Disk, string Domain, string Device, string Mode);
