using LibXc.Interop;

namespace Xend.Build.Pv;

/// <summary>
/// A PV guest's kernel, ramdisk and first page tables, by the same calls as libxl (libxl__build_pv and libxl__build_dom), one by one, so
/// that each failure has its own name.
/// </summary>
internal sealed class PvImage(XenControl xen, ImageBuildRequest request, BuildReport report, KernelCache? cache)
{
    /// <summary>Builds, and reports the result. Throws <see cref="XenCallException"/>.</summary>
    public void Build()
    {
        report.Step("xc_dom_allocate");
        using var image = DomainImage.Allocate(xen, request.CommandLine, request.Features);

        var kernel = new CachedKernel(image, request.KernelPath, cache, report);
        kernel.Load();
        if (request.RamdiskPath is { } ramdisk)
        {
            report.Step("xc_dom_module_file");
            image.AddModule(ramdisk);
        }
        image.Configure(request.Settings(hvmContainer: false));

        report.Step("xc_dom_boot_xen_init");
        image.Bind(request.DomainId);
        kernel.Parse();
        report.Step("xc_dom_mem_init");
        image.SetMemory(request.MemoryMib);
        report.Step("xc_dom_boot_mem_init", $"Allocating {request.MemoryMib} MiB of memory");
        image.AllocateMemory();
        report.Step("xc_dom_build_image", "Loading the kernel");
        image.Build();
        report.Step("xc_dom_boot_image");
        image.Boot();
        report.Step("xc_dom_gnttab_init");
        image.SeedGrants();
        report.Built(new ImageBuildResult(image.StoreFrame, image.ConsoleFrame));

        // The daemon goes on meanwhile.
        kernel.Keep();
    }
}
