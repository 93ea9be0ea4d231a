namespace LibXc.Interop.Abi;

/// <summary>Byte offsets in struct xc_dom_image (xenguest.h), the same from 4.15 to 4.21 on x86-64.</summary>
internal static class ImageLayout
{
    public const int KernelBlob = 0;
    public const int KernelSize = 8;
    public const int MaxKernelSize = 152;
    public const int MaxModuleSize = 160;
    public const int Cmdline = 176;
    public const int GuestType = 208;
    public const int ConsolePfn = 384;
    public const int XenstorePfn = 392;
    public const int PvP2m = 480;
    public const int P2mSize = 488;
    public const int TotalPages = 504;
    public const int Flags = 560;
    public const int ConsoleEvtchn = 568;
    public const int XenstoreEvtchn = 572;
    public const int ConsoleDomid = 576;
    public const int XenstoreDomid = 580;
    public const int Xch = 592;
    public const int GuestDomid = 600;
    public const int ClaimEnabled = 604;
    public const int XenVersion = 608;
    public const int XenCaps = 612;
    public const int ContainerType = 1712;
    public const int TargetPages = 1720;
    public const int MmioStart = 1728;
    public const int MmioSize = 1736;
    public const int LowmemEnd = 1744;
    public const int HighmemEnd = 1752;
    public const int VgaHoleSize = 1760;
    public const int DeviceModel = 1768;
    public const int SystemFirmwareModule = 1776;
    public const int AcpiModules = 1800;
    public const int E820 = 1920;
    public const int E820Entries = 1928;
    public const int MaxVcpus = 1944;
}
