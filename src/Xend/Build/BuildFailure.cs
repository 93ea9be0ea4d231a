using System.Globalization;
using LibXc.Interop;

namespace Xend.Build;

/// <summary>What libxenguest's failures mean, in sentences. Its own words stay in the detail.</summary>
internal static class BuildFailure
{
    private const int ENOMEM = 12;

    /// <summary>A sentence that names the file or the sum that is wrong; libxc's own reason where no better one is known.</summary>
    public static string Explain(XenCallException failure, ImageBuildRequest request) =>
        failure.Call switch
        {
            "xc_dom_kernel_file" => File(failure, "the kernel", request.KernelPath),
            "xc_dom_module_file" => File(failure, "the ramdisk", request.RamdiskPath ?? ""),
            "xc_dom_parse_image" => Kernel(failure, request),
            "xc_dom_boot_mem_init"
                when failure.Errno.Number == ENOMEM || Says(failure, "failed to allocate") || Says(failure, "can't allocate") =>
                $"Xen has not enough free memory for the domain's {request.MemoryMib} MiB",
            "xc_dom_build_image" => Size(failure, request),
            _ => Plain(failure),
        };

    private static string File(XenCallException failure, string what, string path) =>
        Says(failure, "zero length file") ? $"{what} {path} is empty"
        : Says(failure, "file which is too large") || Says(failure, "image too large")
            ? $"{what} {path} is larger than libxenguest allows (1 GiB)"
        : $"{what} {path} cannot be read: {failure.Reason}";

    private static string Kernel(XenCallException failure, ImageBuildRequest request)
    {
        var kernel = $"the kernel {request.KernelPath}";
        if (Says(failure, "BZIP2 decompress support unavailable"))
        {
            return $"{kernel} is compressed with bzip2, which libxenguest cannot unpack here; one compressed with gzip, xz, zstd or "
                + $"lz4 can be used";
        }

        if (Says(failure, "LZO1x decompress support unavailable"))
        {
            return $"{kernel} is compressed with lzo, which libxenguest cannot unpack here; one compressed with gzip, xz, zstd or lz4 "
                + $"can be used";
        }

        if (Says(failure, "decompress") || Says(failure, "payload"))
        {
            return $"{kernel} cannot be unpacked: it is damaged or not complete";
        }

        if (Says(failure, "unknown compression format"))
        {
            return $"{kernel} is compressed in a way that libxenguest does not know";
        }

        if (Says(failure, "boot protocol too old"))
        {
            return $"{kernel} is too old a Linux to be started as a PV guest from its bzImage";
        }

        if (Says(failure, "guest type xen-3.0-x86_32"))
        {
            return $"{kernel} is a 32-bit one, and this Xen runs 64-bit PV guests only";
        }

        if (Says(failure, "not supported by xen kernel"))
        {
            return $"{kernel} is of a type that this Xen does not run";
        }

        if (Says(failure, "unsupported feature requested"))
        {
            return $"{kernel} does not support a feature that it is asked to use (features = '{request.Features}')";
        }

        if (Says(failure, "does not support unprivileged"))
        {
            return $"{kernel} can only run as dom0";
        }

        if (Says(failure, "no loader found"))
        {
            return KernelImage.TryInspect(request.KernelPath, out var why) is { } image
                ? $"{kernel} ({image}) is not one that Xen can start as a PV guest"
                : $"{kernel} is not a kernel: {why}";
        }

        return $"{kernel} cannot be used: {Plain(failure)}";
    }

    private static string Size(XenCallException failure, ImageBuildRequest request)
    {
        if (Says(failure, "segment kernel too large"))
        {
            return $"the kernel {request.KernelPath} does not fit into the domain's {request.MemoryMib} MiB";
        }

        if (Says(failure, "segment module0 too large") && request.RamdiskPath is { } ramdisk)
        {
            return $"the ramdisk {ramdisk}{SizeOf(ramdisk)} does not fit into the domain's {request.MemoryMib} MiB beside the kernel";
        }

        if (Says(failure, "too large") || Says(failure, "not enough memory"))
        {
            return $"the domain's {request.MemoryMib} MiB are too small for its kernel, ramdisk and page tables";
        }

        return Plain(failure);
    }

    private static string SizeOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $" ({file.Length / 1024.0 / 1024.0:0.0} MiB)") : "";
    }

    private static bool Says(XenCallException failure, string words) =>
        failure.Log.Any(line => line.Text.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>The errno's text, or libxc's last error line where there is no errno.</summary>
    private static string Plain(XenCallException failure) =>
        failure.Errno.Number == 0 && failure.Detail is { } detail ? detail : failure.Reason;
}
