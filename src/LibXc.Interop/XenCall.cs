using System.Runtime.InteropServices;
using Linux.Interop;

namespace LibXc.Interop;

/// <summary>
/// One call of libxc: keeps the handle open, collects libxc's log lines, and turns a failure into a <see cref="XenCallException"/>.
/// Errno is read as soon as the function has returned.
/// </summary>
internal readonly ref struct XenCall
{
    private readonly XenInterfaceHandle _handle;
    private readonly XenLogger _logger;
    private readonly string _name;
    private readonly string _subject;

    public XenCall(XenInterfaceHandle handle, XenLogger logger, string name, string subject)
    {
        (_handle, _logger, _name, _subject) = (handle, logger, name, subject);
        var added = false;
        handle.DangerousAddRef(ref added);
        logger.BeginCall();
        Handle = handle.DangerousGetHandle();
        Marshal.SetLastSystemError(0);
    }

    public nint Handle { get; }

    /// <summary>The result of a function that returns -1 and sets errno.</summary>
    public int Check(int result) => result >= 0 ? result : throw Failure(Marshal.GetLastSystemError());

    /// <summary>
    /// The result of one of libxenguest's functions: 0, or a failure with an errno, or with a negated one as the result, or with none.
    /// </summary>
    public void CheckZero(int result)
    {
        if (result == 0)
        {
            return;
        }

        var errno = Marshal.GetLastSystemError();
        throw Failure(errno == 0 && result < -1 ? -result : errno);
    }

    /// <summary>The result of a function that returns a pointer, and 0 with errno.</summary>
    public nint CheckPointer(nint result) => result != 0 ? result : throw Failure(Marshal.GetLastSystemError());

    public XenCallException Failure(int errno, string? explanation = null) =>
        new(_name, _subject, new Errno(errno), _logger.LinesOfCall(), explanation);

    public void Dispose()
    {
        _logger.EndCall();
        _handle.DangerousRelease();
    }
}
