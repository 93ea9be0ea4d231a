using System.Globalization;
using Xend.DeviceModel;

namespace Xend.Operations.Steps;

/// <summary>Refuses early what cannot be loaded.</summary>
internal sealed class CheckImage : Step
{
    /// <summary>Page tables, start information and the pages that are shared, of a guest that is hardly larger than its kernel.</summary>
    private const uint TablesMib = 1;

    public override string Name => "check-image";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var image = context.Image;
        if (context.Config.Type == GuestType.Hvm && QemuArguments.DirectKernel(context.Config) is null)
        {
            return Task.CompletedTask; // It boots from its disks.
        }
        if (context.Host.Devices.Stat(image.Kernel) is not { Kind: Host.FileKind.Regular })
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Kernel image does not exist: {image.Kernel}",
                hint: "Correct kernel= in the guest's configuration."
            );
        }
        var kernel = context.Host.Devices.InspectKernel(image.Kernel);
        if (!kernel.IsKernel)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{image.Kernel} is not a kernel that can be loaded",
                kernel.Description,
                "A bzImage (vmlinuz) or an ELF file (vmlinux) with Xen support is needed."
            );
        }
        var ramdisk = image.Ramdisk.Length > 0 ? context.Host.Devices.Stat(image.Ramdisk) : null;
        if (image.Ramdisk.Length > 0 && ramdisk is not { Kind: Host.FileKind.Regular })
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Kernel ramdisk does not exist: {image.Ramdisk}",
                hint: "Correct ramdisk= in the guest's configuration."
            );
        }
        RequireRoom(context, kernel, ramdisk?.Size ?? 0);
        return Task.CompletedTask;
    }

    /// <summary>Old xend's sentence, before anything is made.</summary>
    private static void RequireRoom(OperationContext context, Host.KernelFacts kernel, long ramdiskBytes)
    {
        if (kernel.EndBytes is not { } end)
        {
            return;
        }
        var leastMib = ((end + (ulong)ramdiskBytes + (1ul << 20) - 1) >> 20) + TablesMib;
        if (leastMib <= context.Config.MemoryMib)
        {
            return;
        }
        var image = context.Image;
        throw new XendError(
            ErrorCode.InvalidRequest,
            $"Domain memory must be at least {leastMib * 1024} KB: {context.Name} has {context.Config.MemoryMib * 1024ul}, and its kernel "
                + "does not fit",
            $"Once loaded, the kernel {image.Kernel} ({kernel.Description}) ends at {Mib(end)}"
                + (ramdiskBytes > 0 ? $"; the ramdisk {image.Ramdisk} has {Mib((ulong)ramdiskBytes)}." : "."),
            $"memory = {leastMib} lets them be loaded; what the guest does with them needs more."
        );
    }

    private static string Mib(ulong bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
