using Xend.Hypervisor;

namespace Xend.Host;

/// <summary>
/// The files that come with Xen: where they are depends on its version and on the distribution, and old configurations name places that no
/// longer exist.
/// </summary>
public sealed class XenFiles(IHostDevices devices, XenInfo xen)
{
    private string Version => $"{xen.Major}.{xen.Minor}";

    /// <summary>hvmloader, or null.</summary>
    /// <param name="configured">A path, or the bare name; empty for whatever there is.</param>
    public string? FindLoader(string configured) => Find(configured, Path.GetFileName(configured) is "" or "hvmloader", LoaderPlaces);

    /// <summary>The device model, or null.</summary>
    /// <param name="configured">A path, or a bare name; empty for whatever there is.</param>
    public string? FindDeviceModel(string configured) => Find(configured, DeviceModelName.IsStock(configured), DeviceModelPlaces);

    /// <summary>The image of a firmware (seabios, ovmf), or null.</summary>
    public string? FindFirmware(string name) => PlacesOf(name).FirstOrDefault(IsFile);

    /// <summary>Where hvmloader is looked for.</summary>
    public IReadOnlyList<string> LoaderPlaces =>
        [
            $"/usr/lib/xen-{Version}/boot/hvmloader",
            $"/usr/libexec/xen-{Version}/boot/hvmloader",
            "/usr/libexec/xen/boot/hvmloader",
            "/usr/lib/xen/boot/hvmloader",
            "/usr/local/lib/xen/boot/hvmloader",
        ];

    /// <summary>Where the device model is looked for.</summary>
    public IReadOnlyList<string> DeviceModelPlaces =>
        [
            "/usr/libexec/xen-qemu-system-i386",
            $"/usr/lib/xen-{Version}/bin/qemu-system-i386",
            "/usr/libexec/xen/bin/qemu-system-i386",
            "/usr/lib/xen/bin/qemu-system-i386",
            "/usr/local/lib/xen/bin/qemu-system-i386",
        ];

    /// <summary>Where a firmware is looked for.</summary>
    public static IReadOnlyList<string> PlacesOf(string firmware) =>
        firmware == "ovmf"
            ? ["/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF.fd", "/usr/share/qemu/OVMF.fd", "/usr/lib/xen/boot/ovmf.bin"]
            : ["/usr/share/seabios/bios-256k.bin", "/usr/share/qemu/bios-256k.bin", "/usr/lib/xen/boot/seabios.bin"];

    private string? Find(string configured, bool isStock, IReadOnlyList<string> places)
    {
        if (configured.StartsWith('/') && IsFile(configured))
        {
            return configured;
        }
        return isStock ? places.FirstOrDefault(IsFile) : null;
    }

    private bool IsFile(string path) => devices.Stat(path) is { Kind: FileKind.Regular };
}
