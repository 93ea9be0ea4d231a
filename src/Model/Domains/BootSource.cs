namespace Model.Domains;

/// <summary>A boot loader takes the kernel from the guest's own disk.</summary>
/// <param name="Program">The boot loader, as configured.</param>
/// <param name="Disk">The disk.</param>
public sealed record BootSource(string Program, VbdConfig Disk)
{
    /// <summary>What runs where neither kernel nor boot loader is named, as of old.</summary>
    private const string Usual = "pygrub";

    /// <summary>Whether a boot loader runs: the kernel is no file of dom0, nor found by the guest's firmware.</summary>
    public static bool IsNeeded(DomainConfig config) =>
        config.Image.Builder != "hvm" && (config.Bootloader.Length > 0 || config.Image.Kernel.Length == 0);

    /// <summary>null where none runs.</summary>
    /// <exception cref="XendError">One is to run and cannot.</exception>
    public static BootSource? Of(DomainConfig config)
    {
        if (!IsNeeded(config))
        {
            return null;
        }
        var disk = config.Devices.OfType<VbdConfig>().FirstOrDefault(disk => disk is { Bootable: true, Uname.Length: > 0 });
        if (disk is null)
        {
            throw config.Bootloader.Length > 0
                ? DomainConfigReader.Invalid(
                    "Had a bootloader specified, but no disks are bootable",
                    $"{config.Name} has no disk from which {config.Bootloader} could take a kernel.",
                    "Name the disk (disk = [...]), or the kernel: kernel = '/boot/vmlinuz-...'."
                )
                : DomainConfigReader.Invalid(
                    $"{config.Name}: no kernel is named, and no disk that has one.",
                    hint: "kernel = '/boot/vmlinuz-...'"
                );
        }
        return new BootSource(config.Bootloader.Length > 0 ? config.Bootloader : Usual, disk);
    }
}
