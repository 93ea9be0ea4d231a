using System.Collections.Immutable;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>The steps by which a guest gets its kernel: a file of dom0, or what a boot loader takes from the guest's own disk.</summary>
/// <param name="Check">Refuses early what cannot work.</param>
/// <param name="Choose">Once the domain's nodes are there: the terminal of the menu is one of them.</param>
/// <param name="Forget">After the image is built.</param>
/// <param name="HandOver">After xenconsoled knows the domain.</param>
internal sealed record BootPlan(Step Check, ImmutableArray<Step> Choose, ImmutableArray<Step> Forget, ImmutableArray<Step> HandOver)
{
    /// <summary>What runs where neither kernel nor boot loader is named, as of old.</summary>
    private const string Usual = "pygrub";

    public static BootPlan For(DomainConfig config)
    {
        if (config.Image.Builder == "hvm" || (config.Bootloader.Length == 0 && config.Image.Kernel.Length > 0))
        {
            return new BootPlan(new CheckImage(), [], [], []);
        }
        var disk = config.Devices.OfType<VbdConfig>().FirstOrDefault(disk => disk is { Bootable: true, Uname.Length: > 0 });
        if (disk is null)
        {
            throw config.Bootloader.Length > 0
                ? new XendError(
                    ErrorCode.InvalidRequest,
                    "Had a bootloader specified, but no disks are bootable",
                    $"{config.Name} has no disk from which {config.Bootloader} could take a kernel.",
                    "Name the disk (disk = [...]), or the kernel: kernel = '/boot/vmlinuz-...'."
                )
                : new XendError(
                    ErrorCode.InvalidRequest,
                    $"{config.Name}: no kernel is named, and no disk that has one.",
                    hint: "kernel = '/boot/vmlinuz-...'"
                );
        }
        var program = config.Bootloader.Length > 0 ? config.Bootloader : Usual;
        return new BootPlan(
            new CheckBootloader(program),
            [new RunBootloader(program, disk.Source!.Path), new CheckImage()],
            [new RemoveBootFiles()],
            [new HandOverConsole()]
        );
    }
}
