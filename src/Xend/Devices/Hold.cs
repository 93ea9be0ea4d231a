using Xend.Host;

namespace Xend.Devices;

/// <summary>Something of the host, or of its networks, that a domain has for itself or shares on certain terms.</summary>
/// <param name="Domain">The name of the domain that has it.</param>
public abstract record Hold(string Domain);

/// <param name="Disk">The data.</param>
/// <param name="Domain">The name of the domain that has it.</param>
/// <param name="Device">Its name there: xvda.</param>
/// <param name="Mode">r, w or <c>w!</c>.</param>
/// <param name="IsBelow">The data is a file below the device's image, from which that is completed.</param>
public sealed record DiskHold(DiskIdentity Disk, string Domain, string Device, string Mode, bool IsBelow = false) : Hold(Domain);

/// <param name="Mac">The address of an interface.</param>
/// <param name="Domain">The name of the domain that has it.</param>
public sealed record MacHold(string Mac, string Domain) : Hold(Domain);

/// <param name="Address">A function of a PCI device.</param>
/// <param name="Domain">The name of the domain that has it.</param>
public sealed record PciHold(PciAddress Address, string Domain) : Hold(Domain);

/// <param name="Place">The place of a USB device of the host: 1-2.3.</param>
/// <param name="Domain">The name of the domain that has it in a port.</param>
public sealed record UsbHold(string Place, string Domain) : Hold(Domain);

/// <param name="Address">A SCSI device of the host.</param>
/// <param name="Domain">The name of the domain that has it.</param>
public sealed record ScsiHold(ScsiAddress Address, string Domain) : Hold(Domain);

/// <param name="Path">A Unix socket of dom0 at which a device model listens.</param>
/// <param name="Domain">The name of the domain that has it.</param>
public sealed record SocketHold(string Path, string Domain) : Hold(Domain);

/// <param name="Name">What an interface is called in dom0 (vifname).</param>
/// <param name="Domain">The name of the domain that has it.</param>
public sealed record InterfaceNameHold(string Name, string Domain) : Hold(Domain);

/// <summary>What other domains have, as far as a new device must not clash with it.</summary>
/// <param name="holds">What others have.</param>
/// <param name="own">What the domain itself has, and is to have, in the order in which it gets it.</param>
public sealed class OtherHolds(IReadOnlyList<Hold> holds, IReadOnlyList<Hold> own)
{
    public static OtherHolds None { get; } = new([], []);

    /// <summary>The other domains' holds on any of these disks.</summary>
    public IEnumerable<DiskHold> OnDisks(IReadOnlyCollection<DiskIdentity> disks) =>
        holds.OfType<DiskHold>().Where(hold => disks.Contains(hold.Disk));

    /// <summary>All holds on disks, the domain's own included.</summary>
    public IEnumerable<DiskHold> AllOnDisks() => holds.Concat(own).OfType<DiskHold>();

    /// <summary>What the domain has of these disks as other devices that come before this one.</summary>
    public IEnumerable<DiskHold> OwnOnDisks(IReadOnlyCollection<DiskIdentity> disks, string device)
    {
        var mine = own.OfType<DiskHold>().ToList();
        var last = mine.FindLastIndex(hold => hold.Device == device);
        // A change of discs has the drive twice: the old disc is no other device.
        return mine.Take(Math.Max(last, 0)).Where(hold => hold.Device != device && disks.Contains(hold.Disk));
    }

    /// <summary>The name of the domain that has that function of a PCI device, or null.</summary>
    public string? HolderOfFunction(PciAddress address) => holds.OfType<PciHold>().FirstOrDefault(hold => hold.Address == address)?.Domain;

    /// <summary>The functions of PCI devices that the domain itself has, and is to have.</summary>
    public IEnumerable<PciAddress> OwnFunctions() => own.OfType<PciHold>().Select(hold => hold.Address);

    /// <summary>The name of the domain that has a USB device of the host in a port, or null.</summary>
    public string? HolderOfUsb(string place) => holds.OfType<UsbHold>().FirstOrDefault(hold => hold.Place == place)?.Domain;

    /// <summary>The name of the domain that has a SCSI device of the host, or null.</summary>
    public string? HolderOfScsi(ScsiAddress address) => holds.OfType<ScsiHold>().FirstOrDefault(hold => hold.Address == address)?.Domain;

    /// <summary>The name of the domain that has a socket of dom0 for a channel, or null.</summary>
    public string? HolderOfSocket(string path) => holds.OfType<SocketHold>().FirstOrDefault(hold => hold.Path == path)?.Domain;

    /// <summary>The name of the domain that has an interface with that MAC, or null.</summary>
    public string? HolderOfMac(string mac) => holds.OfType<MacHold>().FirstOrDefault(hold => hold.Mac == mac)?.Domain;

    /// <summary>The name of the domain of which an interface is called so in dom0, or is to be; null where there is none.</summary>
    public string? HolderOfInterfaceName(string name) =>
        holds.OfType<InterfaceNameHold>().FirstOrDefault(hold => hold.Name == name)?.Domain;
}
