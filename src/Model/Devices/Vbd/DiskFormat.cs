namespace Model.Devices;

/// <summary>How a disk's data is laid out in its file or device. Dom0's kernel serves raw disks, the device model all others.</summary>
public enum DiskFormat
{
    Raw,
    Qcow2,
    Vhd,
    Vmdk,
    Vdi,
}

/// <summary>The names that formats have.</summary>
public static class DiskFormats
{
    /// <summary>Of qemu's driver for it.</summary>
    public static string DriverOf(this DiskFormat format) =>
        format switch
        {
            DiskFormat.Qcow2 => "qcow2",
            DiskFormat.Vhd => "vpc",
            DiskFormat.Vmdk => "vmdk",
            DiskFormat.Vdi => "vdi",
            _ => "raw",
        };

    /// <summary>As users know it.</summary>
    public static string Said(this DiskFormat format) =>
        format switch
        {
            DiskFormat.Qcow2 => "qcow2",
            DiskFormat.Vhd => "VHD",
            DiskFormat.Vmdk => "VMDK",
            DiskFormat.Vdi => "VDI",
            _ => "raw",
        };
}
