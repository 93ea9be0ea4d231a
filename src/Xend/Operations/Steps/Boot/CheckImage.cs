using System.Collections.Immutable;
using Xend.DeviceModel;

namespace Xend.Operations.Steps;

/// <summary>Refuses early what cannot be loaded.</summary>
internal sealed class CheckImage : Step
{
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
        if (image.Ramdisk.Length > 0 && context.Host.Devices.Stat(image.Ramdisk) is not { Kind: Host.FileKind.Regular })
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"Kernel ramdisk does not exist: {image.Ramdisk}",
                hint: "Correct ramdisk= in the guest's configuration."
            );
        }
        return Task.CompletedTask;
    }
}
