using System.Collections.Immutable;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>The steps by which a guest gets its kernel: a file of dom0, or what a boot loader takes from the guest's own disk.</summary>
/// <param name="Check">Refuses early what cannot work.</param>
/// <param name="Choose">Once the domain's nodes are there: the terminal of the menu is one of them.</param>
/// <param name="Forget">After the image is built.</param>
/// <param name="HandOver">After xenconsoled knows the domain.</param>
internal sealed record BootPlan(
    ImmutableArray<Step> Check,
    ImmutableArray<Step> Choose,
    ImmutableArray<Step> Forget,
    ImmutableArray<Step> HandOver
)
{
    /// <summary>Of a guest that has its kernel in its memory.</summary>
    public static BootPlan None { get; } = new([], [], [], []);

    public static BootPlan For(DomainConfig config)
    {
        if (BootSource.Of(config) is not { } choice)
        {
            return new BootPlan([new CheckImage()], [], [], []);
        }
        if (choice.Disk.IsOfDriverDomain)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"The boot loader {choice.Program} reads disks of dom0 only, and {choice.Disk.Name} is served by "
                    + DomainConfigReader.Printable(choice.Disk.Backend),
                hint: "Name the kernel (kernel, ramdisk), which are files of dom0."
            );
        }
        if (choice.Disk.Source is not { Script: null, Format: DiskFormat.Raw })
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"The boot loader {choice.Program} reads raw disks only, and {choice.Disk.Name} is {choice.Disk.Uname}",
                hint: "Name the kernel (kernel, ramdisk), or convert the image to raw."
            );
        }
        return new BootPlan(
            [new CheckBootloader(choice.Program)],
            [new RunBootloader(choice.Program, choice.Disk.Source!.Path), new CheckImage()],
            [new RemoveBootFiles()],
            [new HandOverConsole()]
        );
    }
}
