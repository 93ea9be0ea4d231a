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
        using DomainImage image = DomainImage.Allocate(xen, request.CommandLine, request.Features);

        KernelCache.Slot? slot = cache?.Find(request.KernelPath);
        bool unpacked = LoadKernel(image, slot);
        if (request.RamdiskPath is { } ramdisk)
        {
            report.Step("xc_dom_module_file");
            image.AddModule(ramdisk);
        }
        image.Configure(new ImageSettings
        {
            ConsoleEventChannel = request.ConsoleEventChannel,
            ConsoleDomainId = request.ConsoleDomainId,
            StoreEventChannel = request.StoreEventChannel,
            StoreDomainId = request.StoreDomainId,
            MaxVcpus = request.MaxVcpus,
        });

        report.Step("xc_dom_boot_xen_init");
        image.Bind(request.DomainId);
        report.Step("xc_dom_parse_image", unpacked ? null : "Unpacking the kernel");
        unpacked = Parse(image, slot, unpacked);
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
        if (slot is not null && !unpacked)
            cache!.Fill(slot, image.Kernel);
    }

    /// <summary>True where the unpacked kernel of the cache was taken.</summary>
    private bool LoadKernel(DomainImage image, KernelCache.Slot? slot)
    {
        report.Step("xc_dom_kernel_file");
        if (slot is { IsFilled: true })
        {
            try
            {
                image.SetKernel(slot.Path);
                return true;
            }
            catch (XenCallException)
            {
                // Someone emptied the cache just now.
            }
        }
        image.SetKernel(request.KernelPath);
        return false;
    }

    private bool Parse(DomainImage image, KernelCache.Slot? slot, bool unpacked)
    {
        try
        {
            image.Parse();
            return unpacked;
        }
        catch (XenCallException) when (unpacked)
        {
            // The cache must never be the reason of a failure: once more, with the file that was asked for.
            KernelCache.Empty(slot!);
            image.SetKernel(request.KernelPath);
            image.Parse();
            return false;
        }
    }
}
