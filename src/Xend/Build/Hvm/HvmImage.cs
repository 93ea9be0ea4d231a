using LibXc.Interop;

namespace Xend.Build.Hvm;

/// <summary>hvmloader and firmware in an HVM guest's memory, by the calls of libxl (libxl__build_hvm), one by one.</summary>
internal sealed class HvmImage(XenControl xen, ImageBuildRequest request, BuildReport report)
{
    /// <summary>0xA0000 to 0xBFFFF.</summary>
    private const uint VgaHolePages = 0x20;

    /// <summary>Builds, and reports the result. Throws <see cref="XenCallException"/> and <see cref="ImageBuildException"/>.</summary>
    public void Build()
    {
        var layout = MemoryLayout.Hvm(request.WholeMemoryMib());
        report.Step("xc_dom_allocate");
        using var image = DomainImage.Allocate(xen, "", "");
        report.Step("xc_dom_kernel_file");
        image.SetKernel(request.KernelPath);
        report.Step("firmware");
        image.SetFirmware(ReadFirmware());
        image.Configure(request.Settings(hvmContainer: true));
        image.SetMachine(
            new GuestMachine
            {
                MmioStart = layout.MmioStart,
                MmioSize = layout.MmioSize,
                LowMemoryEnd = layout.LowEnd,
                HighMemoryEnd = layout.HighEnd,
                VgaHolePages = VgaHolePages,
                DeviceModel = true,
                TargetPages = request.MemoryMib * 256ul,
            }
        );

        report.Step("xc_dom_boot_xen_init");
        image.Bind(request.DomainId);
        report.Step("xc_dom_parse_image");
        image.Parse();
        report.Step("xc_dom_mem_init");
        image.SetMemory(request.WholeMemoryMib());
        report.Step("xc_dom_boot_mem_init", $"Allocating {request.MemoryMib} MiB of memory");
        image.AllocateMemory();
        report.Step("xc_domain_set_memory_map");
        var map = layout.HvmMap();
        xen.SetMemoryMap(request.DomainId, map);
        image.SetMemoryMap(map);
        report.Step("xc_dom_build_image", "Loading hvmloader and the firmware");
        image.Build();
        report.Step("xc_dom_boot_image");
        image.Boot();
        report.Step("xc_dom_gnttab_init");
        image.SeedGrants();
        report.Step("hvm_info_table");
        CompleteInfo();
        report.Built(new ImageBuildResult(image.StoreFrame, image.ConsoleFrame));
    }

    private void CompleteInfo()
    {
        var complete = false;
        xen.WithGuestPage(request.DomainId, HvmInfoTable.Frame, page =>
            complete = HvmInfoTable.Complete(page, request.Apic, request.MaxVcpus, request.PresentVcpus())
        );
        if (!complete)
        {
            throw new ImageBuildException("hvm_info_table", "libxenguest left no table for hvmloader in the guest's memory", null);
        }
    }

    private byte[] ReadFirmware()
    {
        var path = request.FirmwarePath ?? throw new ImageBuildException("firmware", "no firmware is named", null);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageBuildException("firmware", $"the firmware {path} cannot be read: {FileFailure.Reason(e)}", null);
        }
    }
}
