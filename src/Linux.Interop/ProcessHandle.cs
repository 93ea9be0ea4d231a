using Microsoft.Win32.SafeHandles;

namespace Linux.Interop;

/// <summary>A process that is held (pidfd_open(2)): a signal reaches that process or none, whoever has its number by then.</summary>
public sealed class ProcessHandle : IDisposable
{
    private readonly SafeFileHandle _pidfd;

    private ProcessHandle(SafeFileHandle pidfd) => _pidfd = pidfd;

    /// <summary>Null where the process that started then has ended. Throws <see cref="NativeCallException"/>.</summary>
    /// <param name="id">The process.</param>
    /// <param name="started">Its start in clock ticks (<see cref="ProcessStat.Started"/>).</param>
    public static ProcessHandle? Open(int id, ulong started)
    {
        var handle = Open(id);
        // Only now: while the descriptor is open, what the number means cannot change to another without this look seeing it.
        if (handle is not null && ProcessStat.Of(id) is { IsDead: false } stat && stat.Started == started)
        {
            return handle;
        }
        handle?.Dispose();
        return null;
    }

    /// <summary>Holds whoever has the number now; the caller has to see afterwards that it is the one that is meant.</summary>
    public static ProcessHandle? Open(int id)
    {
        try
        {
            return new ProcessHandle(Descriptor.OfProcess(id));
        }
        catch (NativeCallException gone) when (gone.Errno == Errno.ESRCH || gone.Errno == Errno.EINVAL)
        {
            return null; // EINVAL: the number is that of a thread of another process.
        }
    }

    /// <summary>False where the process has ended. Throws <see cref="NativeCallException"/> where it must not be signalled.</summary>
    /// <param name="signal">SIGTERM, for one.</param>
    public bool Send(int signal)
    {
        if (Descriptor.Signal(_pidfd, signal) is not { } errno)
        {
            return true;
        }
        return errno == Errno.ESRCH ? false : throw new NativeCallException("pidfd_send_signal", $"signal {signal}", errno);
    }

    /// <summary>Sends a signal to one process, if it is still there. False where it has ended.</summary>
    public static bool Send(int id, ulong started, int signal)
    {
        using var handle = Open(id, started);
        return handle?.Send(signal) ?? false;
    }

    public void Dispose() => _pidfd.Dispose();
}
