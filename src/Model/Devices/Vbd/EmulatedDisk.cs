namespace Model.Devices;

/// <summary>The controllers that the device model emulates for the disks of an HVM guest.</summary>
public enum EmulatedBus
{
    Ide,
    Ahci,
    Scsi,
}

/// <summary>
/// Where an HVM guest sees a disk before, or without, its PV drivers. A partition, and a name beyond the last place of its bus, is seen
/// by PV drivers only.
/// </summary>
/// <param name="Bus">The controller.</param>
/// <param name="Position">The place there; a is 0.</param>
public readonly record struct EmulatedDisk(EmulatedBus Bus, int Position)
{
    private const int IdePositions = 4;
    private const int AhciPositions = 6;

    /// <summary>null where it is not emulated.</summary>
    public static EmulatedDisk? Of(VbdConfig disk, MachineOptions machine)
    {
        // What a script or another domain will connect has no path in dom0 when the device model starts: PV drivers have it.
        if (disk.Source?.Script is not null || disk.IsOfDriverDomain || PositionOf(disk.Name) is not { } position)
        {
            return null;
        }
        if (disk.Name.StartsWith("sd", StringComparison.Ordinal))
        {
            return disk.IsCdrom ? null : new EmulatedDisk(EmulatedBus.Scsi, position);
        }
        // CD drives stay on the IDE controller.
        var bus = machine.Ahci && !disk.IsCdrom ? EmulatedBus.Ahci : EmulatedBus.Ide;
        return position < (bus == EmulatedBus.Ahci ? AhciPositions : IdePositions) ? new EmulatedDisk(bus, position) : null;
    }

    /// <summary>Refuses a hard disk that an HVM guest could write to although it is to be read only.</summary>
    /// <remarks>
    /// IDE and AHCI know no read-only hard disks, and the device model opens their files for writing (XSA-142 is what came of that). SCSI
    /// disks can be read-only, a CD always is.
    /// </remarks>
    public static void RefuseWritable(VbdConfig disk, MachineOptions machine)
    {
        if (disk.IsReadOnly && !disk.IsCdrom && Of(disk, machine) is { Bus: EmulatedBus.Ide or EmulatedBus.Ahci } place)
        {
            var bus = place.Bus == EmulatedBus.Ahci ? "AHCI" : "IDE";
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Device {disk.Id} (vbd) could not be connected. {disk.Name} cannot be read-only: {bus} has no read-only hard disks.",
                $"{DomainConfigReader.Printable(disk.Uname)} is to be read only (mode r), but an HVM guest is shown {disk.Name} on an "
                    + $"emulated {bus} controller too, through which it could write.",
                $"Name it sd{(char)('a' + place.Position)} (SCSI), or {disk.Name}:cdrom, or give it for writing (w)."
            );
        }
    }

    private static int? PositionOf(string name)
    {
        var letters =
            name.StartsWith("xvd", StringComparison.Ordinal) ? name[3..]
            : name.StartsWith("hd", StringComparison.Ordinal) || name.StartsWith("sd", StringComparison.Ordinal) ? name[2..]
            : "";
        return letters is [>= 'a' and <= 'z' and var letter] ? letter - 'a' : null;
    }
}
