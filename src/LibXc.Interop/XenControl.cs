using System.Globalization;
using System.Runtime.InteropServices;
using Linux.Interop;

namespace LibXc.Interop;

/// <summary>
/// An open xc_interface. Every method is one call of libxenctrl (its name is in the exception), may be made from any thread, and throws
/// <see cref="XenCallException"/>.
/// </summary>
public sealed unsafe partial class XenControl : IDisposable
{
    /// <summary>XC_OPENFLAG_DUMMY: opens no device. Only what makes no hypercall may be called then; for tests.</summary>
    private const uint Dummy = 1;

    private readonly XenInterfaceHandle _handle;
    private readonly XenLogger _logger;

    private XenControl(XenLibraries libraries, XenInterfaceHandle handle, XenLogger logger)
    {
        Libraries = libraries;
        _handle = handle;
        _logger = logger;
    }

    public XenLibraries Libraries { get; }

    private LibXenCtrl Library => Libraries.Control;

    /// <summary>Opens the hypercall device.</summary>
    /// <param name="libraries">The release.</param>
    /// <param name="log">Takes each message of libxc, on the thread that makes the call. Must be quick and must not call libxc.</param>
    public static XenControl Open(XenLibraries libraries, Action<XenLogLine>? log = null) => Open(libraries, log, 0);

    internal static XenControl OpenDummy(XenLibraries libraries, Action<XenLogLine>? log = null) => Open(libraries, log, Dummy);

    public void Dispose() => _handle.Dispose();

    internal XenCall Begin(string function, string subject) => new(_handle, _logger, function, subject);

    internal static string Named(uint domainId) => string.Create(CultureInfo.InvariantCulture, $"domain {domainId}");

    private static XenControl Open(XenLibraries libraries, Action<XenLogLine>? log, uint flags)
    {
        var logger = new XenLogger(log);
        logger.BeginCall();
        // The builder's logger must be given too: otherwise it writes to a file of its own.
        var handle = libraries.Control.xc_interface_open(logger.Native, logger.Native, flags);
        var errno = new Errno(Marshal.GetLastSystemError());
        var lines = logger.LinesOfCall();
        logger.EndCall();
        if (handle != 0)
        {
            return new XenControl(libraries, new XenInterfaceHandle(libraries.Control, logger, handle), logger);
        }

        logger.Free();
        throw new XenCallException(
            "xc_interface_open",
            "/dev/xen/privcmd",
            errno,
            lines,
            errno.Number switch
            {
                2 => "there is none: this kernel does not run as Xen's dom0, or its module xen_privcmd is not loaded",
                13 => "only root may open it",
                _ => null,
            }
        );
    }
}
