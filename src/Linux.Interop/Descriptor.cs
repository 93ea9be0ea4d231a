using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>Open file descriptors, owned by SafeHandles; all of them close-on-exec.</summary>
internal static unsafe class Descriptor
{
    /// <summary>Above any number that a child's descriptor becomes, so that placing one never overwrites another.</summary>
    private const int Above = 64;

    /// <summary>A pipe. <paramref name="parentReads"/> says which end never blocks: the one that we read.</summary>
    public static (SafeFileHandle Reader, SafeFileHandle Writer) Pipe(bool parentReads)
    {
        var ends = stackalloc int[2];
        if (pipe2(ends, O_CLOEXEC) < 0)
        {
            throw new NativeCallException("pipe2", "a child's stream", Errno.Last);
        }

        var reader = new SafeFileHandle(ends[0], ownsHandle: true);
        var writer = new SafeFileHandle(ends[1], ownsHandle: true);
        if (parentReads)
        {
            _ = fcntl(ends[0], F_SETFL, O_NONBLOCK);
        }

        return (reader, writer);
    }

    /// <summary>A second descriptor of the same open file, numbered high.</summary>
    public static SafeFileHandle Duplicate(SafeHandle handle)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            var copy = fcntl((int)handle.DangerousGetHandle(), F_DUPFD_CLOEXEC, Above);
            return copy >= 0
                ? new SafeFileHandle(copy, ownsHandle: true)
                : throw new NativeCallException("fcntl", "F_DUPFD_CLOEXEC", Errno.Last);
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>A pidfd (Linux 5.3) of a process that was not reaped yet.</summary>
    public static SafeFileHandle OfProcess(int pid)
    {
        var fd = (int)syscall(SYS_pidfd_open, pid, 0);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new NativeCallException("pidfd_open", $"process {pid}", Errno.Last);
    }

    /// <summary>Sends a signal to the process of a pidfd; null, or why not.</summary>
    public static Errno? Signal(SafeFileHandle pidfd, int signal) =>
        (int)syscall(SYS_pidfd_send_signal, Number(pidfd), signal, 0, 0) < 0 ? Errno.Last : null;

    public static SafeFileHandle Open(string path, int flags, ushort mode = 0)
    {
        int fd;
        fixed (byte* name = NativePath.Of(path))
        {
            do
            {
                fd = open(name, flags | O_CLOEXEC, mode);
            } while (fd < 0 && Errno.Last == Errno.EINTR);
        }
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new NativeCallException("open", path, Errno.Last);
    }

    public static int Number(SafeHandle handle) => (int)handle.DangerousGetHandle();
}
