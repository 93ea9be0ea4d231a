using Xend.Build;
using Xend.Hypervisor;

namespace Xend.Operations.Create;

/// <summary>Loads kernel and ramdisk and fills the domain's memory.</summary>
internal sealed class BuildImage : Step
{
    public override string Name => "build-image";

    public override string? Group => CreatePlan.SideBySide;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var config = context.Config;
        var result = await context.Host.Builder.BuildAsync(
            new ImageBuildRequest
            {
                DomainId = context.DomainId,
                Type = GuestType.Pv,
                MemoryMib = config.MemoryMib,
                MaxVcpus = config.Vcpus,
                KernelPath = context.Image.Kernel,
                RamdiskPath = context.Image.Ramdisk.Length > 0 ? context.Image.Ramdisk : null,
                CommandLine = context.Image.CommandLine,
                Features = config.Features,
                StoreEventChannel = context.Runtime.StorePort!.Value,
                ConsoleEventChannel = context.Runtime.ConsolePort!.Value,
            },
            progress: null,
            cancellation).ConfigureAwait(false);
        // From here on the pages are the domain's and no promise is needed for them.
        context.MemoryPromise?.Dispose();
        context.Learn(runtime => runtime with { StoreFrame = result.StoreFrame, ConsoleFrame = result.ConsoleFrame });
    }
}
