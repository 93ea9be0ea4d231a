using Xend.Host;

namespace Xend.Operations.Steps;

/// <summary>The two files that an HVM guest starts from.</summary>
internal static class HvmFirmware
{
    /// <summary>The loader's place in the configuration was that of the kernel.</summary>
    public static string ConfiguredLoader(DomainConfig config) =>
        config.Machine.Loader.Length > 0 ? config.Machine.Loader
        : DeviceModel.QemuArguments.DirectKernel(config) is null ? config.Image.Kernel
        : "";

    public static string FindLoader(OperationContext context)
    {
        var files = new XenFiles(context.Host.Devices, context.Host.Hypervisor.GetXenInfo());
        var configured = ConfiguredLoader(context.Config);
        return files.FindLoader(configured)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"kernel '{(configured.Length > 0 ? configured : "hvmloader")}' not found",
                $"hvmloader, which starts every HVM guest, was looked for in {string.Join(", ", files.LoaderPlaces)}.",
                "Install the tools of the running Xen (Debian: xen-utils-4.17)."
            );
    }

    public static string FindImage(OperationContext context)
    {
        var name = context.Config.Machine.Firmware;
        var files = new XenFiles(context.Host.Devices, context.Host.Hypervisor.GetXenInfo());
        return files.FindFirmware(name)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"The firmware {name} of {context.Name} is not installed.",
                $"It was looked for as {string.Join(", ", XenFiles.PlacesOf(name))}.",
                $"Install the package {name}, or choose another with bios=."
            );
    }
}
