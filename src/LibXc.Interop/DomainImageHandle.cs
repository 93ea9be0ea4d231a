using System.Runtime.InteropServices;

namespace LibXc.Interop;

/// <summary>An xc_dom_image, which holds all that libxenguest allocated or mapped for one build.</summary>
internal sealed unsafe class DomainImageHandle : SafeHandle
{
    private readonly LibXenGuest _library;

    public DomainImageHandle(LibXenGuest library, nint image)
        : base(0, ownsHandle: true)
    {
        _library = library;
        SetHandle(image);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _library.xc_dom_release(handle);
        return true;
    }
}
