namespace Xend.Host;

/// <summary>What the daemon looks up on the host: files, block devices, mounts, network interfaces.</summary>
public interface IHostDevices
{
    /// <summary>What is at a path, links followed; null where there is nothing.</summary>
    FileFacts? Stat(string path);

    /// <summary>What the first bytes of a file say that it is.</summary>
    KernelFacts InspectKernel(string path);

    /// <summary>The format of a disk image (qcow2, VMDK...) whose first bytes name one; null for a raw one.</summary>
    string? ImageFormat(string path);

    /// <summary>Who uses a disk on the host itself: a mount point, swap, another device made of it. Empty where nobody does.</summary>
    IReadOnlyList<HostUse> UsesOf(DiskIdentity disk);

    /// <summary>
    /// What else has some of a disk's data: its partitions, the whole that it is a partition of, what a logical volume is made of.
    /// </summary>
    IReadOnlyList<DiskIdentity> Overlapping(DiskIdentity disk);

    /// <summary>The files below an image, from which it is completed.</summary>
    BackingChain BackingOf(string path, DiskFormat format);

    /// <summary>Each X for which /etc/xen/scripts has an executable block-X.</summary>
    IReadOnlyList<string> BlockScripts();

    /// <summary>Whether dom0's kernel has a driver for the backends of a device class (vbd, vif).</summary>
    bool HasBackendDriver(string deviceClass);

    /// <summary>The USB devices that are plugged in.</summary>
    IReadOnlyList<UsbFacts> UsbDevices();

    /// <summary>The SCSI devices that dom0's kernel has found, by address.</summary>
    IReadOnlyList<ScsiFacts> ScsiDevices();

    bool InterfaceExists(string name);

    bool IsBridge(string name);

    /// <summary>The names of all bridges, for an error that says what there is.</summary>
    IReadOnlyList<string> Bridges();
}

public enum FileKind
{
    Regular,
    BlockDevice,
    Directory,
    Socket,
    Other,
}

/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes (regular files).</param>
/// <param name="Disk">What it is as a disk; null for what cannot be one.</param>
public sealed record FileFacts(FileKind Kind, long Size, DiskIdentity? Disk);

/// <summary>Which data a path stands for, so that two paths to the same data compare equal: links, loop devices, other names.</summary>
/// <param name="Text"><c>dev 254:3</c> for a block device, <c>file 254:0/1234</c> (device and inode) for an image.</param>
public readonly record struct DiskIdentity(string Text)
{
    public override string ToString() => Text;
}

/// <param name="Files">The image's backing file, that one's, and so on.</param>
/// <param name="Trouble">Why the chain cannot be followed to its end, in a sentence without its full stop; null where it can.</param>
public sealed record BackingChain(IReadOnlyList<string> Files, string? Trouble)
{
    public static BackingChain None { get; } = new([], null);
}

/// <param name="What">mounted on /srv, used as swap, part of dm-3.</param>
/// <param name="ReadOnly">It is only read there.</param>
public sealed record HostUse(string What, bool ReadOnly);

/// <param name="IsKernel">A format that the builder can load.</param>
/// <param name="Description">"bzImage, Linux 6.1.0", "ELF 64-bit x86-64", or what it looks like instead.</param>
/// <param name="EndBytes">Where in the guest's memory it ends once it is loaded, in bytes; null where its header does not tell.</param>
public sealed record KernelFacts(bool IsKernel, string Description, ulong? EndBytes = null);
