using Linux.Interop;

namespace Xend.Host;

/// <summary>Looks things up in dom0's file systems, /proc and /sys.</summary>
/// <param name="inspectKernel">Tells what a file is as a kernel: the builder's own knowledge.</param>
/// <param name="lookLimit">How long a look at a file may take; 20 s where it is not given.</param>
public sealed class HostDevices(Func<string, KernelFacts> inspectKernel, TimeSpan? lookLimit = null) : IHostDevices
{
    private const string NetworkClass = "/sys/class/net";

    private const string BackendDrivers = "/sys/bus/xen-backend/drivers";

    public FileFacts? Stat(string path) => Look(path, StatNow);

    public KernelFacts InspectKernel(string path) => Look(path, inspectKernel);

    public string? ImageFormat(string path) => Look(path, DiskImageFormat.Recognize);

    private static FileFacts? StatNow(string path)
    {
        if (FileStatus.TryRead(path) is not { } status)
        {
            return null;
        }
        if (status.IsBlockDevice)
        {
            return new FileFacts(FileKind.BlockDevice, 0, BlockDevices.Identify(status.Major, status.Minor));
        }
        return status.IsRegular
            ? new FileFacts(FileKind.Regular, status.Size, BlockDevices.IdentityOfFile(status))
            : new FileFacts(
                status.IsDirectory ? FileKind.Directory
                    : status.IsSocket ? FileKind.Socket
                    : FileKind.Other,
                0,
                null
            );
    }

    private T Look<T>(string path, Func<string, T> look)
    {
        var limit = lookLimit ?? KernelCall.UsualLimit;
        return KernelCall.TryWithin(limit, () => look(path), out var seen)
            ? seen!
            : throw new XendError(
                ErrorCode.Timeout,
                $"{path} cannot be looked at: dom0's kernel has given no answer for {limit.TotalSeconds:0.#} s",
                hint: "Is the server, or the disk, that it is on there? dmesg in dom0 tells."
            );
    }

    public IReadOnlyList<DiskIdentity> Overlapping(DiskIdentity disk) => BlockDevices.Overlapping(disk);

    public BackingChain BackingOf(string path, DiskFormat format) => Look(path, image => BackingFiles.Follow(image, format));

    public IReadOnlyList<string> BlockScripts() => Host.BlockScripts.Find("/etc/xen/scripts");

    public IReadOnlyList<HostUse> UsesOf(DiskIdentity disk) => DiskUses.Find(disk);

    public IReadOnlyList<UsbFacts> UsbDevices() => Host.UsbDevices.Read("/sys/bus/usb/devices");

    public IReadOnlyList<ScsiFacts> ScsiDevices() => Host.ScsiDevices.Read("/sys/bus/scsi/devices");

    public bool HasBackendDriver(string deviceClass) => IsPlainName(deviceClass) && Directory.Exists($"{BackendDrivers}/{deviceClass}");

    public bool InterfaceExists(string name) => IsPlainName(name) && Directory.Exists($"{NetworkClass}/{name}");

    public bool IsBridge(string name) => IsPlainName(name) && Directory.Exists($"{NetworkClass}/{name}/bridge");

    public IReadOnlyList<string> Bridges() =>
        Directory.Exists(NetworkClass)
            ?
            [
                .. Directory
                    .EnumerateDirectories(NetworkClass)
                    .Select(path => Path.GetFileName(path)!)
                    .Where(IsBridge)
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    private static bool IsPlainName(string name) => name.Length > 0 && name != "." && name != ".." && !name.Contains('/');
}
