using Xend.Build;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Loads kernel and ramdisk and fills the domain's memory.</summary>
internal sealed class BuildImage : Step
{
    public override string Name => "build-image";

    public override string? Group => StepGroup.BuildAndConnect;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var config = context.Config;
        var isHvm = config.Type == GuestType.Hvm;
        var result = await context
            .Host.Builder.BuildAsync(
                new ImageBuildRequest
                {
                    DomainId = context.DomainId,
                    Type = config.Type,
                    MemoryMib = config.MemoryMib,
                    MaxMemoryMib = config.Type == GuestType.Pv ? 0 : config.MaxMemoryMib,
                    MaxVcpus = config.Vcpus,
                    OnlineVcpus = config.OnlineVcpus,
                    Apic = config.Machine.Apic,
                    // An HVM guest's own kernel is the device model's to load, and hvmloader its first program.
                    KernelPath = isHvm ? HvmFirmware.FindLoader(context) : context.Image.Kernel,
                    FirmwarePath = isHvm ? HvmFirmware.FindImage(context) : null,
                    RamdiskPath = !isHvm && context.Image.Ramdisk.Length > 0 ? context.Image.Ramdisk : null,
                    CommandLine = isHvm ? "" : context.Image.CommandLine,
                    Features = config.Features,
                    StoreEventChannel = context.Runtime.StorePort!.Value,
                    ConsoleEventChannel = context.Runtime.ConsolePort!.Value,
                },
                progress: null,
                cancellation
            )
            .ConfigureAwait(false);
        // From here on the pages are the domain's and no promise is needed for them; but a device model still takes some for the guest.
        if (!BackendClasses.NeedDeviceModel(config))
        {
            context.MemoryPromise?.Dispose();
        }
        context.Learn(runtime => runtime with { StoreFrame = result.StoreFrame, ConsoleFrame = result.ConsoleFrame });
    }
}
