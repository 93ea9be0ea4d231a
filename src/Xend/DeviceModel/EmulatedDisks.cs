using Xend.Devices;
using Xend.Domains;

namespace Xend.DeviceModel;

/// <summary>The disks and drives that an HVM guest sees before, or without, its PV drivers.</summary>
/// <remarks>
/// A disk is emulated and offered to PV drivers at once; these take the emulated one away when they start. From the fifth IDE position on
/// there is only
/// the PV side. CD drives are emulated, and their PV side is the device model's too, for only it can change the disc.
/// </remarks>
internal static class EmulatedDisks
{
    private const int IdePositions = 4;
    private const int AhciPositions = 6;

    public static void Add(ArgumentList arguments, DomainConfig config)
    {
        var machine = config.Machine;
        AddFloppy(arguments, 0, machine.FloppyA);
        AddFloppy(arguments, 1, machine.FloppyB);
        var disks = config.Devices.OfType<VbdConfig>().ToList();
        if (disks.Any(IsScsi))
        {
            arguments.Add("-device", "lsi53c895a");
        }
        if (machine.Ahci && disks.Any(disk => !disk.IsCdrom && !IsScsi(disk)))
        {
            arguments.Add("-device", "ahci,id=ahci0");
        }
        foreach (var disk in disks)
        {
            if (Position(disk) is { } position)
            {
                Add(arguments, disk, position, machine.Ahci);
            }
        }
    }

    /// <summary>The place on its bus, a is 0; null for a partition and for a name that no emulated bus has.</summary>
    internal static int? Position(VbdConfig disk)
    {
        var letters =
            disk.Name.StartsWith("xvd", StringComparison.Ordinal) ? disk.Name[3..]
            : disk.Name.StartsWith("hd", StringComparison.Ordinal) || disk.Name.StartsWith("sd", StringComparison.Ordinal) ? disk.Name[2..]
            : "";
        return letters is [>= 'a' and <= 'z' and var letter] ? letter - 'a' : null;
    }

    private static void Add(ArgumentList arguments, VbdConfig disk, int position, bool ahci)
    {
        var file = disk.Uname.Length == 0 ? "" : $",file={ArgumentList.Value(BlockSource.Parse(disk.Uname).Path)},format=raw";
        if (IsScsi(disk))
        {
            if (!disk.IsCdrom)
            {
                arguments.Add(
                    "-drive",
                    $"if=none,id=scsi0-hd{position}{file},readonly={(disk.Mode == "r" ? "on" : "off")},cache=writeback"
                );
                arguments.Add("-device", $"scsi-hd,drive=scsi0-hd{position},scsi-id={position}");
            }
        }
        else if (disk.IsCdrom && position < IdePositions)
        {
            var id = CdDrive.IdOf(VirtualDevice.Number(disk.Name));
            arguments.Add("-drive", $"if=none,readonly=on,id={id}{file}");
            arguments.Add("-device", $"ide-cd,id={id},drive={id},bus=ide.{position / 2},unit={position % 2}");
        }
        else if (!disk.IsCdrom && ahci && position < AhciPositions)
        {
            arguments.Add("-drive", $"if=none,id=ahcidisk-{position}{file},cache=writeback");
            arguments.Add("-device", $"ide-hd,bus=ahci0.{position},unit=0,drive=ahcidisk-{position}");
        }
        else if (!disk.IsCdrom && !ahci && position < IdePositions)
        {
            arguments.Add("-drive", $"if=ide,index={position},media=disk{file},cache=writeback");
        }
    }

    private static void AddFloppy(ArgumentList arguments, int index, string path)
    {
        if (path.Length > 0)
        {
            arguments.Add("-drive", $"if=floppy,index={index},file={ArgumentList.Value(path)},format=raw");
        }
    }

    private static bool IsScsi(VbdConfig disk) => disk.Name.StartsWith("sd", StringComparison.Ordinal);
}
