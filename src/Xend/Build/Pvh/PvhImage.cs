using LibXc.Interop;

namespace Xend.Build.Pvh;

/// <summary>A PVH guest's kernel, ramdisk and ACPI tables, by the calls of libxl (libxl__build_hvm with a kernel), one by one.</summary>
internal sealed class PvhImage(XenControl xen, ImageBuildRequest request, BuildReport report, KernelCache? cache)
{
    /// <summary>Builds, and reports the result. Throws <see cref="XenCallException"/>.</summary>
    public void Build()
    {
        var layout = MemoryLayout.Pvh(request.WholeMemoryMib());
        report.Step("xc_dom_allocate");
        using var image = DomainImage.Allocate(xen, request.CommandLine, request.Features);
        var kernel = new CachedKernel(image, request.KernelPath, cache, report);
        kernel.Load();
        if (request.RamdiskPath is { } ramdisk)
        {
            report.Step("xc_dom_module_file");
            image.AddModule(ramdisk);
        }
        image.Configure(request.Settings(hvmContainer: true));
        image.SetMachine(
            new GuestMachine
            {
                MmioStart = layout.MmioStart,
                MmioSize = layout.MmioSize,
                LowMemoryEnd = layout.LowEnd,
                HighMemoryEnd = layout.HighEnd,
                DeviceModel = false,
                TargetPages = request.MemoryMib * 256ul,
            }
        );

        report.Step("xc_dom_boot_xen_init");
        image.Bind(request.DomainId);
        kernel.Parse();
        report.Step("xc_dom_mem_init");
        image.SetMemory(request.WholeMemoryMib());
        report.Step("xc_dom_boot_mem_init", $"Allocating {request.MemoryMib} MiB of memory");
        image.AllocateMemory();
        report.Step("xc_domain_set_memory_map");
        AddTables(image, layout);
        report.Step("xc_dom_build_image", "Loading the kernel");
        image.Build();
        report.Step("xc_dom_boot_image");
        image.Boot();
        report.Step("xc_dom_gnttab_init");
        image.SeedGrants();
        report.Built(new ImageBuildResult(image.StoreFrame, image.ConsoleFrame));
        kernel.Keep();
    }

    private void AddTables(DomainImage image, MemoryLayout layout)
    {
        var acpi = AcpiTables.For(request.MaxVcpus, request.PresentVcpus(), image.FindsRsdpAnywhere);
        for (var module = 0; module < acpi.Modules.Length; module++)
        {
            image.SetAcpiModule(module, acpi.Modules[module].Bytes, acpi.Modules[module].Address);
        }

        var map = layout.PvhMap(acpi.Modules.Select(module => (module.Address, (ulong)module.Bytes.Length)));
        xen.SetMemoryMap(request.DomainId, map);
        image.SetMemoryMap(map);
    }
}
