using Xend.Build;

namespace Simulation.Xen;

/// <summary>Gives the domain its pages and invents the frames of its rings.</summary>
public sealed class SimulatedImageBuilder(SimulatedHypervisor hypervisor) : IImageBuilder
{
    /// <summary>Called before each build; what it throws or waits for is the build's.</summary>
    public Func<ImageBuildRequest, CancellationToken, Task>? BeforeBuild { get; set; }

    public async Task<ImageBuildResult> BuildAsync(ImageBuildRequest request, IProgress<string>? progress, CancellationToken cancellation)
    {
        if (BeforeBuild is { } before)
        {
            await before(request, cancellation);
        }
        hypervisor.Populate(request.DomainId, request.MemoryMib * 1024ul);
        return new ImageBuildResult(0x1000 + request.DomainId, 0x2000 + request.DomainId);
    }
}
