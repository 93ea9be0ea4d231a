using LibXc.Interop;
using Linux.Interop;
using Xend.Build;
using Xend.Hypervisor;

namespace Xend.Tests.Build;

/// <summary>libxenguest's own words (tools/libs/guest) on one side, ours on the other.</summary>
public sealed class BuildFailureTests
{
    private static readonly ImageBuildRequest Request = new()
    {
        DomainId = 7,
        Type = GuestType.Pv,
        MemoryMib = 64,
        MaxVcpus = 1,
        KernelPath = "/boot/k",
        RamdiskPath = "/boot/r",
        Features = "x",
        StoreEventChannel = 1,
        ConsoleEventChannel = 2,
    };

    [Theory]
    [InlineData(
        "xc_dom_kernel_file",
        2,
        "panic: failed to open file '/boot/k': No such file",
        "the kernel /boot/k cannot be read: No such file or directory"
    )]
    [InlineData("xc_dom_kernel_file", 0, "panic: '/boot/k': zero length file", "the kernel /boot/k is empty")]
    [InlineData(
        "xc_dom_module_file",
        0,
        "panic: tried to map file which is too large",
        "the ramdisk /boot/r is larger than libxenguest allows (1 GiB)"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "xc_try_bzip2_decode: BZIP2 decompress support unavailable",
        "the kernel /boot/k is compressed with bzip2, which libxenguest cannot unpack here; one compressed with gzip, xz, zstd or lz4 "
            + "can be used"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "xc_try_lzo1x_decode: LZO1x decompress support unavailable",
        "the kernel /boot/k is compressed with lzo, which libxenguest cannot unpack here; one compressed with gzip, xz, zstd or lz4 "
            + "can be used"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "panic: xc_dom_probe_bzimage_kernel unable to XZ decompress kernel",
        "the kernel /boot/k cannot be unpacked: it is damaged or not complete"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "panic: xc_dom_probe_bzimage_kernel: payload length overflow",
        "the kernel /boot/k cannot be unpacked: it is damaged or not complete"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "panic: xc_dom_probe_bzimage_kernel: unknown compression format",
        "the kernel /boot/k is compressed in a way that libxenguest does not know"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "panic: xc_dom_compat_check: guest type xen-3.0-x86_32p not supported by xen kernel, sorry",
        "the kernel /boot/k is a 32-bit one, and this Xen runs 64-bit PV guests only"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "panic: xc_dom_find_loader: no loader found",
        "the kernel /boot/k is not a kernel: it cannot be read: No such file or directory"
    )]
    [InlineData(
        "xc_dom_parse_image",
        22,
        "panic: xc_dom_parse_image: unsupported feature requested",
        "the kernel /boot/k does not support a feature that it is asked to use (features = 'x')"
    )]
    [InlineData(
        "xc_dom_boot_mem_init",
        12,
        "panic: xc_dom_boot_mem_init: can't allocate low memory for domain",
        "Xen has not enough free memory for the domain's 64 MiB"
    )]
    [InlineData(
        "xc_dom_build_image",
        0,
        "panic: xc_dom_chk_alloc_pages: segment module0 too large (0x5000 > 0x4000 - 0x2000 pages)",
        "the ramdisk /boot/r does not fit into the domain's 64 MiB beside the kernel"
    )]
    [InlineData(
        "xc_dom_build_image",
        0,
        "panic: xc_dom_chk_alloc_pages: segment kernel too large (0x5000 > 0x4000 - 0x0 pages)",
        "the kernel /boot/k does not fit into the domain's 64 MiB"
    )]
    [InlineData(
        "xc_dom_build_image",
        0,
        "panic: xc_dom_chk_alloc_pages: segment page tables too large (0x5000 > 0x4000 - 0x0 pages)",
        "the domain's 64 MiB are too small for its kernel, ramdisk and page tables"
    )]
    [InlineData("xc_dom_boot_image", 1, "something", "Operation not permitted")]
    [InlineData("xc_dom_boot_image", 0, "something of libxc", "something of libxc")]
    public void Each_known_failure_has_its_sentence(string call, int errno, string logged, string sentence)
    {
        var failure = new XenCallException(call, "domain 7", new Errno(errno), [new XenLogLine(XenLogLevel.Error, null, "xc", logged)]);
        Assert.Equal(sentence, BuildFailure.Explain(failure, Request));
    }
}
