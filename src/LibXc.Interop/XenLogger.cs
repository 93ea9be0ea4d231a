using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Linux.Interop;

namespace LibXc.Interop;

/// <summary>
/// struct xentoollog_logger in native memory, whose callbacks give libxc's messages to managed code and remember those of the call
/// that the thread is in. Lives as long as the handle that was opened with it.
/// </summary>
internal sealed unsafe class XenLogger
{
    /// <summary>The last lines of one call that an error carries along.</summary>
    private const int KeptLines = 40;

    /// <summary>libxc's longest message is far shorter; the rest would be cut.</summary>
    private const int LongestMessage = 2048;

    private readonly Action<XenLogLine>? _sink;
    private readonly ThreadLocal<Queue<XenLogLine>?> _call = new();
    private GCHandle _self;

    public XenLogger(Action<XenLogLine>? sink)
    {
        _sink = sink;
        _self = GCHandle.Alloc(this);
        Native = (NativeLogger*)NativeMemory.AllocZeroed((nuint)sizeof(NativeLogger));
        Native->VMessage = &OnMessage;
        Native->Progress = &OnProgress;
        Native->Destroy = &OnDestroy;
        Native->Owner = GCHandle.ToIntPtr(_self);
    }

    public NativeLogger* Native { get; private set; }

    /// <summary>From now on, the messages of this thread are kept.</summary>
    public void BeginCall() => _call.Value = new Queue<XenLogLine>();

    public IReadOnlyList<XenLogLine> LinesOfCall() => _call.Value?.ToArray() ?? [];

    public void EndCall() => _call.Value = null;

    /// <summary>Only after the handle was closed.</summary>
    public void Free()
    {
        NativeMemory.Free(Native);
        Native = null;
        _self.Free();
        _call.Dispose();
    }

    private void Take(XenLogLine line)
    {
        if (_call.Value is { } lines)
        {
            if (lines.Count == KeptLines)
            {
                lines.Dequeue();
            }

            lines.Enqueue(line);
        }
        _sink?.Invoke(line);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(NativeLogger* logger, int level, int errno, byte* context, byte* format, void* arguments)
    {
        // A va_list parameter is a pointer in the x86-64 and arm64 calling conventions of Linux.
        var saved = Marshal.GetLastSystemError();
        var buffer = stackalloc byte[LongestMessage];
        var length = LibCRemainder.vsnprintf(buffer, LongestMessage, format, arguments);
        var text = Encoding.UTF8.GetString(buffer, Math.Clamp(length, 0, LongestMessage - 1));
        Deliver(logger, new XenLogLine((XenLogLevel)level, errno > 0 ? new Errno(errno) : null, Text(context), text.TrimEnd('\n')));
        Marshal.SetLastSystemError(saved);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnProgress(NativeLogger* logger, byte* context, byte* what, int percent, ulong done, ulong total)
    {
        var saved = Marshal.GetLastSystemError();
        var text = $"{Text(what)} {done}/{total} {percent}%";
        Deliver(logger, new XenLogLine(XenLogLevel.Progress, null, Text(context), text, (done, total)));
        Marshal.SetLastSystemError(saved);
    }

    /// <summary>Must exist (xtl_logger_destroy calls it); the memory is ours to free.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDestroy(NativeLogger* logger) { }

    private static void Deliver(NativeLogger* logger, XenLogLine line)
    {
        try
        {
            ((XenLogger)GCHandle.FromIntPtr(logger->Owner).Target!).Take(line);
        }
        catch (Exception)
        {
            // An exception that passed through C frames would end the process; a log line is not worth that.
        }
    }

    private static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    /// <summary>struct xentoollog_logger, and what we append to it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeLogger
    {
        public delegate* unmanaged[Cdecl]<NativeLogger*, int, int, byte*, byte*, void*, void> VMessage;
        public delegate* unmanaged[Cdecl]<NativeLogger*, byte*, byte*, int, ulong, ulong, void> Progress;
        public delegate* unmanaged[Cdecl]<NativeLogger*, void> Destroy;
        public nint Owner;
    }
}
