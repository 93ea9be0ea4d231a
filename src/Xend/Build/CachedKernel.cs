using LibXc.Interop;

namespace Xend.Build;

/// <summary>The kernel of one image: unpacked from the cache where it was unpacked before, and kept there where it was not.</summary>
internal sealed class CachedKernel(DomainImage image, string path, KernelCache? cache, BuildReport report)
{
    private readonly KernelCache.Slot? _slot = cache?.Find(path);
    private bool _unpacked;

    /// <summary>Reads the file.</summary>
    public void Load()
    {
        report.Step("xc_dom_kernel_file");
        if (_slot is { IsFilled: true })
        {
            try
            {
                image.SetKernel(_slot.Path);
                _unpacked = true;
                return;
            }
            catch (XenCallException)
            {
                // Someone emptied the cache just now.
            }
        }
        image.SetKernel(path);
    }

    /// <summary>Finds its loader, and unpacks it where it is packed.</summary>
    public void Parse()
    {
        report.Step("xc_dom_parse_image", _unpacked ? null : "Unpacking the kernel");
        try
        {
            image.Parse();
        }
        catch (XenCallException) when (_unpacked)
        {
            // The cache must never be the reason of a failure: once more, with the file that was asked for.
            KernelCache.Empty(_slot!);
            _unpacked = false;
            image.SetKernel(path);
            image.Parse();
        }
    }

    /// <summary>When the domain is built and nobody waits any more.</summary>
    public void Keep()
    {
        if (_slot is not null && !_unpacked)
        {
            cache!.Fill(_slot, image.Kernel);
        }
    }
}
