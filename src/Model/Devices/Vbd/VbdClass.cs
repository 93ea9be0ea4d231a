using Sxp;

namespace Model.Devices;

/// <summary>The shape of disks: <c>(vbd (uname phy:/dev/vg/lv) (dev xvda) (mode w))</c>.</summary>
public sealed class VbdClass : DeviceClass<VbdConfig>
{
    private const string CdromSuffix = ":cdrom";

    public override string Name => "vbd";

    /// <summary>Who serves it is decided by what it is, not by its name of old.</summary>
    public override IReadOnlyList<string> OldNames => ["tap", "tap2"];

    public override bool HasDeviceId => false;

    public override VbdConfig Read(SList body, DeviceReading reading)
    {
        var parts = reading.Parts;
        var device = parts.Read("dev", "", () => DomainConfigReader.Text(body, "dev") ?? "");
        var mayBeEmpty = device.EndsWith(CdromSuffix, StringComparison.Ordinal);
        var uname = parts.Read("uname", "", () => ReadUname(DomainConfigReader.Text(body, "uname") ?? "", mayBeEmpty));
        var mode = parts.Read("mode", "r", () => ReadMode(DomainConfigReader.Text(body, "mode") ?? "r"));
        var backend = parts.Read("backend", null, () => DomainConfigReader.Text(body, "backend"));
        // A disk without a name is none, so that this comes last and always ends it.
        var (name, _, isCdrom) = VirtualDevice.Read(device);
        return new VbdConfig(
            reading.Uuid,
            uname,
            name,
            isCdrom,
            mode,
            string.IsNullOrEmpty(backend) ? "0" : backend,
            Bootable: reading.IsFirst
        );
    }

    /// <summary><c>xvda1 (51713, vbd)</c>, but for a disk that is named by its number.</summary>
    public override string Title(DeviceConfig device) =>
        device is VbdConfig { Name: [> '9', ..] name } ? $"{name} ({device.Id}, {Name})" : base.Title(device);

    protected override void RefuseUnconnectable(VbdConfig disk, DomainConfig domain)
    {
        var isHvm = domain.Type == GuestType.Hvm;
        if (disk.IsCdrom && isHvm)
        {
            if (disk.Mode != "r")
            {
                throw new XendError(ErrorCode.InvalidRequest, $"CD drive {disk.Name}: a CD can only be read: mode {disk.Mode} must be r.");
            }
            if (disk.Source is { } disc && (disc.Script is not null || disc.Format != DiskFormat.Raw))
            {
                throw new XendError(
                    ErrorCode.Unsupported,
                    $"CD drive {disk.Name}: a disc must be a raw image or a device, and {DomainConfigReader.Printable(disk.Uname)} is neither."
                );
            }
        }
        else if (disk.Uname.Length == 0)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"disk {disk.Name}: an empty CD drive needs a device model, which this guest does not have."
            );
        }
        else if (isHvm)
        {
            EmulatedDisk.RefuseWritable(disk, domain.Machine);
        }
        if (
            disk is { IsOfDriverDomain: true, Uname.Length: > 0 }
            && (disk.Source is { Format: not DiskFormat.Raw } || (isHvm && disk.IsCdrom))
        )
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"disk {disk.Name}: {DomainConfigReader.Printable(disk.Uname)} cannot be served by {DomainConfigReader.Printable(disk.Backend)}",
                "A device model opens images and discs, and it runs in dom0; a driver domain serves what its kernel can: devices and raw files.",
                "Leave the backend out, or convert the image to raw."
            );
        }
    }

    protected override SList Write(VbdConfig disk) =>
        SList.Of(
            "vbd",
            SList.Of("uuid", disk.Uuid.ToString()),
            SList.Of("uname", disk.Uname),
            SList.Of("dev", disk.Name + (disk.IsCdrom ? ":cdrom" : ":disk")),
            SList.Of("mode", disk.Mode),
            SList.Of("backend", disk.Backend)
        );

    protected override SList Show(VbdConfig disk, DeviceShowing showing) => showing.IsActive ? ShowRunning(disk) : ShowConfigured(disk);

    protected override IEnumerable<DeviceMark> Marks(VbdConfig disk)
    {
        yield return new DeviceMark($"vbd/{disk.Id}", $"The device \"{disk.Name}\"");
        if (disk.Uname.Length > 0)
        {
            yield return new DeviceMark($"uname {disk.Uname}", $"The uname \"{disk.Uname}\"");
        }
    }

    private static SList ShowRunning(VbdConfig disk)
    {
        List<SValue> items =
        [
            "vbd",
            SList.Of("uuid", disk.Uuid.ToString("D")),
            SList.Of("bootable", disk.Bootable ? 1 : 0),
            SList.Of("dev", disk.Name + (disk.IsCdrom ? ":cdrom" : ":disk")),
        ];
        AddIfSet(items, "uname", disk.Uname);
        items.AddRange([SList.Of("mode", disk.Mode), SList.Of("backend", BackendId(disk.Backend)), SList.Of("VDI", "")]);
        return new SList(items);
    }

    private static SList ShowConfigured(VbdConfig disk) =>
        SList.Of(
            "vbd",
            SList.Of("uuid", disk.Uuid.ToString("D")),
            SList.Of("bootable", disk.Bootable ? 1 : 0),
            SList.Of("driver", "paravirtualised"),
            SList.Of("dev", disk.IsCdrom ? disk.Name + ":cdrom" : disk.Name),
            SList.Of("uname", disk.Uname),
            SList.Of("mode", disk.Mode)
        );

    private static string ReadUname(string uname, bool isCdrom)
    {
        if (uname.Length == 0 && isCdrom)
        {
            return uname;
        }
        if (!uname.Contains(':'))
        {
            throw DomainConfigReader.Invalid(
                "Block device must have physical details specified",
                $"'{DomainConfigReader.Printable(uname)}' has no type: write phy:/dev/NAME for a device, file:/PATH for an image."
            );
        }
        BlockSource.Parse(uname);
        return uname;
    }

    private static string ReadMode(string mode) =>
        mode is "r" or "w" or "w!"
            ? mode
            : throw DomainConfigReader.Invalid(
                "Invalid mode",
                $"'{DomainConfigReader.Printable(mode)}': r, w or w! can be had.",
                mode switch
                {
                    // As other tools write it.
                    "rw" => "Write w.",
                    "ro" => "Write r.",
                    _ => null,
                }
            );
}
