using System.Runtime.InteropServices;

namespace LibXc.Interop;

/// <summary>An xc_interface. A call that is under way keeps it open.</summary>
internal sealed unsafe class XenInterfaceHandle : SafeHandle
{
    private readonly LibXenCtrl _library;
    private readonly XenLogger _logger;

    public XenInterfaceHandle(LibXenCtrl library, XenLogger logger, nint handle)
        : base(0, ownsHandle: true)
    {
        _library = library;
        _logger = logger;
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        var result = _library.xc_interface_close(handle);
        _logger.Free();
        return result == 0;
    }
}
