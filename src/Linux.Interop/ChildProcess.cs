using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Linux.Interop.LibCRemainder;
using static Tmds.Linux.LibC;

namespace Linux.Interop;

/// <summary>
/// A child of posix_spawn: an own session and process group, no descriptor but those named, default signals.
/// </summary>
/// <remarks>
/// <para>Each child has one thread, which starts it, reads its output and waits for its end. Because that thread starts it, a child that
/// asks for PR_SET_PDEATHSIG (which means the starting <em>thread</em>, prctl(2)) gets the signal when this process dies, not
/// earlier.</para>
/// <para>A child that ended stays a zombie until <see cref="Dispose"/>: that keeps its number, and with it the number of its process
/// group, from going to someone else, so that <see cref="KillGroup"/> cannot hit a stranger.</para>
/// <para>System.Diagnostics.Process beside this class is fine: its SIGCHLD handling leaves children alone that it does not know.</para>
/// </remarks>
public sealed unsafe class ChildProcess : IChildProcess
{
    private const int PumpStackBytes = 256 * 1024;

    private readonly ChildStart _start;
    private readonly TaskCompletionSource<ExitStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<ChildStream> _streams = [];
    private bool _exited;
    private bool _disposed;
    private bool _reaped;

    private ChildProcess(ChildStart start) => _start = start;

    /// <summary>The process id, which is also that of its process group and session.</summary>
    public int Id { get; private set; }

    public string Path => _start.Path;

    /// <summary>
    /// The child's stdin where <see cref="ChildStart.PipeInput"/> asked for it. Unbuffered; disposing it is the child's end of file.
    /// </summary>
    public Stream? StandardInput { get; private set; }

    public bool HasExited => _ended.Task.IsCompleted;

    /// <summary>Starts a program. Throws <see cref="NativeCallException"/> where that cannot be done: not found, not executable.</summary>
    public static ChildProcess Spawn(ChildStart start)
    {
        var child = new ChildProcess(start);
        var started = new TaskCompletionSource();
        var thread = new Thread(() => child.Run(started), PumpStackBytes)
        {
            IsBackground = true,
            Name = $"child {System.IO.Path.GetFileName(start.Path)}",
        };
        thread.Start();
        started.Task.GetAwaiter().GetResult();
        return child;
    }

    /// <summary>
    /// Completes when the child has ended and all that it wrote by then was handed out. Does not wait for the end of file: something that
    /// the child left running may hold its stdout for ever. Faults with what a receiver of output threw.
    /// </summary>
    /// <param name="cancellation">Ends the waiting, not the child.</param>
    public Task<ExitStatus> WaitAsync(CancellationToken cancellation = default) => _ended.Task.WaitAsync(cancellation);

    /// <summary>
    /// Sends a signal to the child and to all that it started in its group, even after its own end. False where there is none left.
    /// </summary>
    public bool KillGroup(int signal)
    {
        lock (_lock)
        {
            if (_reaped)
            {
                return false;
            }

            if (kill(-Id, signal) == 0)
            {
                return true;
            }

            var errno = Errno.Last;
            return errno == Errno.ESRCH ? false : throw new NativeCallException("kill", $"process group {Id} ({Path})", errno);
        }
    }

    /// <summary>
    /// Closes our end. A child that still runs is killed with its group (SIGKILL), unless it <see cref="ChildStart.Outlives"/> us.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_exited)
            {
                Reap();
            }
            else if (!_start.Outlives)
            {
                _ = kill(-Id, SIGKILL);
            }
        }
        StandardInput?.Dispose();
    }

    private void Run(TaskCompletionSource started)
    {
        SafeFileHandle pidfd;
        try
        {
            pidfd = Start();
        }
        catch (Exception e)
        {
            _streams.ForEach(stream => stream.Dispose());
            StandardInput?.Dispose();
            started.SetException(e);
            return;
        }
        started.SetResult();

        using (pidfd)
        {
            Pump(Descriptor.Number(pidfd));
            Finish();
        }
    }

    private SafeFileHandle Start()
    {
        var ours = new List<SafeFileHandle>();
        try
        {
            HonourChildren();
            var input = -1;
            if (_start.PipeInput)
            {
                (var reader, var writer) = Descriptor.Pipe(parentReads: false);
                StandardInput = new FileStream(writer, FileAccess.Write, bufferSize: 0, isAsync: false);
                input = High(reader, ours);
                reader.Dispose();
            }
            var output = Place(_start.Output, ours);
            var error = _start.Error == ChildOutput.WithOutput ? output : Place(_start.Error, ours);
            int[] extra = [.. _start.Descriptors.Select(handle => High(handle, ours))];

            Id = SpawnCall.Run(_start, input, output, error, extra);
            try
            {
                return Descriptor.OfProcess(Id);
            }
            catch (NativeCallException)
            {
                _ = kill(-Id, SIGKILL);
                Reap();
                throw;
            }
        }
        finally
        {
            ours.ForEach(handle => handle.Dispose());
        }
    }

    private int Place(ChildOutput output, List<SafeFileHandle> ours)
    {
        if (output.Descriptor is { } descriptor)
        {
            return High(descriptor, ours);
        }

        if (!output.IsPiped)
        {
            return -1;
        }

        (var reader, var writer) = Descriptor.Pipe(parentReads: true);
        _streams.Add(new ChildStream(reader, output.NewReceiver()));
        var number = High(writer, ours);
        writer.Dispose();
        return number;
    }

    private static int High(SafeHandle handle, List<SafeFileHandle> ours)
    {
        var copy = Descriptor.Duplicate(handle);
        ours.Add(copy);
        return Descriptor.Number(copy);
    }

    /// <summary>A parent that ignored SIGCHLD passed that on to us, and the kernel would then drop our children's exit statuses.</summary>
    private static void HonourChildren()
    {
        sigaction action;
        if (sigaction(SIGCHLD, null, &action) == 0 && action.sa_handler == SIG_IGN)
        {
            action = default;
            _ = sigaction(SIGCHLD, &action, null);
        }
    }

    /// <summary>Hands output out until the child has ended.</summary>
    private void Pump(int pidfd)
    {
        var watched = stackalloc pollfd[3];
        var ended = false;
        while (!ended)
        {
            watched[0] = new pollfd { fd = pidfd, events = POLLIN };
            for (var i = 0; i < _streams.Count; i++)
            {
                watched[i + 1] = new pollfd { fd = _streams[i].Ended ? -1 : _streams[i].Number, events = POLLIN };
            }

            if (poll(watched, (uint)(_streams.Count + 1), -1) < 0)
            {
                continue; // EINTR; nothing else can happen to descriptors that are ours.
            }

            ended = watched[0].revents != 0;
            for (var i = 0; i < _streams.Count; i++)
            {
                if (watched[i + 1].revents != 0)
                {
                    _streams[i].Take();
                }
            }
        }

        // What is in the pipes now; not more, for a process that the child left behind may write for ever.
        foreach (var stream in _streams)
        {
            for (var rest = 256; rest > 0 && !stream.Ended && stream.Take(); rest--) { }
            stream.End();
        }
    }

    private void Finish()
    {
        child_siginfo_t info = default;
        int result;
        do
        {
            result = waitid(P_PID, Id, &info, WEXITED | WNOWAIT);
        } while (result < 0 && Errno.Last == Errno.EINTR);
        var errno = Errno.Last;

        lock (_lock)
        {
            _exited = true;
            if (_disposed)
            {
                Reap();
            }
        }
        if (result < 0)
        {
            _ended.SetException(new NativeCallException("waitid", $"process {Id} ({Path})", errno));
        }
        else if (_streams.Select(stream => stream.Failure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            _ended.SetException(failure);
        }
        else if (info.si_code == CLD_EXITED)
        {
            _ended.SetResult(new ExitStatus(info.si_status, null, false));
        }
        else
        {
            _ended.SetResult(new ExitStatus(null, info.si_status, info.si_code == CLD_DUMPED));
        }
    }

    private void Reap()
    {
        child_siginfo_t info;
        while (waitid(P_PID, Id, &info, WEXITED) < 0 && Errno.Last == Errno.EINTR) { }
        _reaped = true;
    }
}
