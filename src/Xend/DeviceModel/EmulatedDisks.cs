namespace Xend.DeviceModel;

/// <summary>The disks and drives that an HVM guest sees before, or without, its PV drivers.</summary>
/// <remarks>
/// A disk is emulated and offered to PV drivers at once; these take the emulated one away when they start. From the fifth IDE position on
/// there is only
/// the PV side. CD drives are emulated, and their PV side is the device model's too, for only it can change the disc.
/// </remarks>
internal static class EmulatedDisks
{
    public static void Add(ArgumentList arguments, DomainConfig config)
    {
        AddFloppy(arguments, 0, config.Machine.FloppyA);
        AddFloppy(arguments, 1, config.Machine.FloppyB);
        var disks = config
            .Devices.OfType<VbdConfig>()
            .Select(disk => (Disk: disk, Place: EmulatedDisk.Of(disk, config.Machine)))
            .Where(pair => pair.Place is not null)
            .Select(pair => (pair.Disk, Place: pair.Place!.Value))
            .ToList();
        if (disks.Any(pair => pair.Place.Bus == EmulatedBus.Scsi))
        {
            arguments.Add("-device", "lsi53c895a");
        }
        if (disks.Any(pair => pair.Place.Bus == EmulatedBus.Ahci))
        {
            arguments.Add("-device", "ahci,id=ahci0");
        }
        foreach (var (disk, place) in disks)
        {
            Add(arguments, disk, place);
        }
    }

    private static void Add(ArgumentList arguments, VbdConfig disk, EmulatedDisk place)
    {
        var position = place.Position;
        var file = disk.Source is { } source ? $",file={ArgumentList.Value(source.Path)},format={source.Format.DriverOf()}" : "";
        // Where the bus has no read-only hard disks the guest was refused; should it come here, the device model refuses it again.
        var readOnly = disk.IsReadOnly ? ",readonly=on" : "";
        switch (place.Bus)
        {
            case EmulatedBus.Scsi:
                arguments.Add("-drive", $"if=none,id=scsi0-hd{position}{file},readonly={(disk.IsReadOnly ? "on" : "off")},cache=writeback");
                arguments.Add("-device", $"scsi-hd,id={EmulatedPlug.IdOf(disk)},drive=scsi0-hd{position},scsi-id={position}");
                break;
            case EmulatedBus.Ide when disk.IsCdrom:
                var id = CdDrive.IdOf(disk.Id);
                arguments.Add("-drive", $"if=none,readonly=on,id={id}{file}");
                arguments.Add("-device", $"ide-cd,id={id},drive={id},bus=ide.{position / 2},unit={position % 2}");
                break;
            case EmulatedBus.Ide:
                arguments.Add("-drive", $"if=ide,index={position},media=disk{file}{readOnly},cache=writeback");
                break;
            case EmulatedBus.Ahci:
                arguments.Add("-drive", $"if=none,id=ahcidisk-{position}{file}{readOnly},cache=writeback");
                arguments.Add("-device", $"ide-hd,bus=ahci0.{position},unit=0,drive=ahcidisk-{position}");
                break;
        }
    }

    private static void AddFloppy(ArgumentList arguments, int index, string path)
    {
        if (path.Length > 0)
        {
            arguments.Add("-drive", $"if=floppy,index={index},file={ArgumentList.Value(path)},format=raw");
        }
    }
}
