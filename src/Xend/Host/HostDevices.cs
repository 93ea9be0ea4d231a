using Linux.Interop;

namespace Xend.Host;

/// <summary>Looks things up in dom0's file systems, /proc and /sys.</summary>
/// <param name="inspectKernel">Tells what a file is as a kernel: the builder's own knowledge.</param>
public sealed class HostDevices(Func<string, KernelFacts> inspectKernel) : IHostDevices
{
    private const string NetworkClass = "/sys/class/net";

    private const string BackendDrivers = "/sys/bus/xen-backend/drivers";

    public FileFacts? Stat(string path)
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
            : new FileFacts(status.IsDirectory ? FileKind.Directory : FileKind.Other, 0, null);
    }

    public KernelFacts InspectKernel(string path) => inspectKernel(path);

    public string? ImageFormat(string path) => DiskImageFormat.Recognize(path);

    public IReadOnlyList<HostUse> UsesOf(DiskIdentity disk) => DiskUses.Find(disk);

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
