using Xend.Host;

namespace Xend.DeviceModel;

/// <summary>
/// Disks and network cards that an HVM guest without PV drivers gets, and gives back, while it runs: on the emulated buses that know coming
/// and going.
/// </summary>
/// <remarks>
/// Of qemu's machine xenfv those are PCI (hvmloader's DSDT has the ACPI registers of it, so that the guest is told of a new card) and SCSI:
/// a disk is there at once, though the controller (lsi53c895a) tells nobody, and the guest has to look at the bus. IDE and AHCI as emulated
/// here take nothing while the machine runs.
/// </remarks>
public static class EmulatedPlug
{
    /// <summary>The controller has places 0 to 6; 7 is its own.</summary>
    private const int HighestTarget = 6;

    /// <summary>The id under which the device model knows it: also of one that was there from the start.</summary>
    public static string IdOf(DeviceConfig device) => device is VifConfig ? $"nic{device.Id}" : $"scsi-{device.Id}";

    /// <summary>Why the guest could not see such a device, and what could be had instead; null where it can be had.</summary>
    public static (string Why, string Instead)? Refusal(DeviceConfig device, MachineOptions machine) =>
        device switch
        {
            VifConfig vif when vif.IsEmulatedFor(GuestType.Hvm) => null,
            (VifConfig or VbdConfig) and { IsOfDriverDomain: true } => (
                "Emulated devices are dom0's, and another domain serves this one to PV drivers only.",
                "Leave the backend out."
            ),
            VifConfig => ("It is for PV drivers only (type=netfront).", "Leave type= out, and it is an emulated card."),
            VbdConfig { IsCdrom: false } disk
                when EmulatedDisk.Of(disk, machine) is { Bus: EmulatedBus.Scsi, Position: <= HighestTarget } => null,
            VbdConfig => (
                "The emulated IDE and AHCI buses let no disk come or go while the guest runs, and other disks it sees by PV drivers only.",
                "Name the disk sda to sdg: the emulated SCSI bus takes it, and the guest sees it when it looks at that bus."
            ),
            _ => ("It is seen by PV drivers only.", "Put it into the guest's configuration."),
        };

    /// <summary>Gives it to the guest; the tap of a card is there already.</summary>
    public static Task PlugAsync(
        IQmpSession session,
        DeviceConfig device,
        MachineOptions machine,
        IHostDevices host,
        CancellationToken cancellation
    ) =>
        device switch
        {
            VifConfig vif => session.PlugNicAsync(vif.Id, IdOf(vif), EmulatedNics.Model(vif), vif.Mac, cancellation),
            VbdConfig { Source: { } source } disk when EmulatedDisk.Of(disk, machine) is { } place => session.PlugDiskAsync(
                IdOf(disk),
                place.Position,
                source,
                host.Stat(source.Path)?.Kind == FileKind.BlockDevice,
                disk.IsReadOnly,
                cancellation
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(device), device.Class, null),
        };
}
