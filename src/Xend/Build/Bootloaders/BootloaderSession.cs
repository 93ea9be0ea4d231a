using Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Xend.Build.Bootloaders;

/// <summary>One boot loader at work.</summary>
internal sealed class BootloaderSession : IBootloaderSession
{
    /// <summary>
    /// Bytes that its files may have: a kernel with its ramdisk. What is copied there is the guest's, and may be as large as its disk.
    /// </summary>
    private const ulong LargestFile = 512ul * 1024 * 1024;

    /// <summary>Bytes of memory: a guest's grub.cfg may be as large as its disk.</summary>
    private const ulong MostMemory = 1024ul * 1024 * 1024;

    /// <summary>Bytes on its terminal. A menu has some KiB; what writes more than this does not come to an end by itself.</summary>
    private const long MostWritten = 16 * 1024 * 1024;

    private const int MostErrorBytes = 16 * 1024;

    private const int LinesShown = 6;

    /// <summary>So many times the limit is the most that it may take, however much it says, where nobody is at its terminal.</summary>
    private const int MostLimits = 5;

    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly BootloaderCall _call;
    private readonly BootDirectory _directory;
    private readonly TimeProvider _clock;
    private readonly SafeFileHandle _answer;
    private readonly TerminalRelay _terminal;
    private readonly IChildProcess _child;
    private readonly Action<int> _undying;
    private readonly OutputTail _errors = new(MostErrorBytes);
    private readonly MemoryStream _answered = new();
    private readonly long _start;

    /// <summary>Starts it. Throws <see cref="NativeCallException"/>, <see cref="IOException"/> or <see cref="XendError"/>.</summary>
    /// <param name="call">What to run.</param>
    /// <param name="directory">Where it puts its files.</param>
    /// <param name="spawn">Starts it.</param>
    /// <param name="clock">Measures the limits.</param>
    /// <param name="undying">Is told of a process that has not ended though it was killed.</param>
    public BootloaderSession(BootloaderCall call, BootDirectory directory, SpawnChild spawn, TimeProvider clock, Action<int> undying)
    {
        _undying = undying;
        _call = call;
        _directory = directory;
        _clock = clock;
        _start = clock.GetTimestamp();
        var place = directory.Make(call.Domain);
        var pipe = Path.Combine(place, "answer");
        var words = BootloaderArguments.Of(call, pipe, place);
        PosixFile.MakeFifo(pipe);
        _answer = PosixFile.OpenFifo(pipe);
        _terminal = new TerminalRelay(clock);
        try
        {
            _child = spawn(
                new ChildStart
                {
                    Path = call.Program,
                    Arguments = words,
                    Environment = new Dictionary<string, string>
                    {
                        ["PATH"] = SearchPath,
                        ["LANG"] = "C.UTF-8",
                        ["TERM"] = "vt100",
                        // Where programs that know no --output-directory put their files; and the mark by which the next daemon knows this
                        // one's.
                        ["TMPDIR"] = place,
                    },
                    WorkingDirectory = "/",
                    Terminal = _terminal.ProgramPath,
                    Error = ChildOutput.Bytes(_errors.Append),
                    LargestFile = LargestFile,
                    MostMemory = MostMemory,
                }
            );
        }
        catch
        {
            _terminal.Dispose();
            _answer.Dispose();
            throw;
        }
    }

    public string Terminal => _terminal.ListenerPath;

    public async Task<BootChoice> ResultAsync(CancellationToken cancellation)
    {
        var end = _child.WaitAsync(cancellation);
        while (await Task.WhenAny(end, Task.Delay(LookEvery, _clock, cancellation)).ConfigureAwait(false) != end)
        {
            cancellation.ThrowIfCancellationRequested();
            TakeAnswer();
            CheckProgress();
        }
        var status = await end.ConfigureAwait(false);
        TakeAnswer();
        // Its last words may still be on the way; something that it left running may keep them coming for ever.
        for (var looks = 0; looks < 20 && !_terminal.HasEnded; looks++)
        {
            await Task.Delay(LookEvery, _clock, cancellation).ConfigureAwait(false);
        }
        return Choice(status);
    }

    public async ValueTask DisposeAsync()
    {
        // What it has open must be closed before anything is taken away under its hands; but what does not end holds nobody up.
        if (!await _child.KillAsync(_clock).ConfigureAwait(false))
        {
            _undying(_child.Id);
        }
        _child.Dispose();
        _terminal.Dispose();
        _answer.Dispose();
    }

    private void TakeAnswer()
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (PosixFile.ReadNow(_answer, buffer) is > 0 and var length)
        {
            if (_answered.Length + length > BootloaderAnswer.Longest)
            {
                throw Refused($"its answer has more than {BootloaderAnswer.Longest} bytes");
            }
            _answered.Write(buffer[..length]);
        }
    }

    private void CheckProgress()
    {
        if (_terminal.Written > MostWritten)
        {
            throw Refused($"it has written more than {MostWritten >> 20} MiB on its terminal");
        }
        if (_terminal.Quiet > _call.Limit)
        {
            throw Late($"It said nothing for {_call.Limit.TotalSeconds:0} s, and nobody was at its terminal.");
        }
        if (!_terminal.HasListener && _clock.GetElapsedTime(_start) > MostLimits * _call.Limit)
        {
            throw Late($"It was still at work after {MostLimits * _call.Limit.TotalSeconds:0} s, and nobody was at its terminal.");
        }
    }

    private BootChoice Choice(ExitStatus status)
    {
        if (!status.Success || _answered.Length == 0)
        {
            throw new XendError(
                ErrorCode.Build,
                status.Success ? "Boot loader didn't return any data!" : $"Boot loader didn't return any data! It ended with {status}.",
                Said($"{_call.Program} on {_call.Disk}, after {_clock.GetElapsedTime(_start).TotalSeconds:0.0} s:"),
                "Is there a kernel and a boot menu on the guest's first disk? The boot loader may also be run by hand."
            );
        }
        var choice = BootloaderAnswer.Read(_answered.GetBuffer().AsSpan(0, (int)_answered.Length), out var why)
            ?? throw Refused($"its answer cannot be accepted: {why}");
        foreach (var file in new[] { choice.Kernel, choice.Ramdisk })
        {
            // Stock programs were told where to put them; elsewhere there can be no file that is meant.
            if (file.Length > 0 && BootloaderArguments.IsStock(_call.Program) && !_directory.Has(_call.Domain, file))
            {
                throw Refused($"{file} is not a file of its own directory {_directory.Of(_call.Domain)}");
            }
        }
        return choice;
    }

    private XendError Refused(string why) =>
        new(
            ErrorCode.Build,
            $"The boot loader of {_call.Name} was refused: {why}",
            Said($"{_call.Program} on {_call.Disk}:"),
            "Look at the boot menu on the guest's disk."
        );

    private XendError Late(string why) =>
        new(
            ErrorCode.Timeout,
            $"The boot loader of {_call.Name} did not come to an end",
            Said($"{why} {_call.Program} on {_call.Disk}:"),
            "xm create -c shows its menu; bootargs = '-q' lets pygrub choose by itself. The limit is device-create-timeout of "
                + "xend-config.sxp."
        );

    /// <summary>Its complaints, or where it has none, what is on its terminal.</summary>
    private string Said(string first)
    {
        var lines = TerminalText.LastLines(_errors.Bytes(), LinesShown);
        if (lines.Length == 0)
        {
            lines = TerminalText.LastLines(_terminal.Tail(), LinesShown);
        }
        return lines.Length == 0 ? first + " it said nothing" : $"{first}\n{lines}";
    }
}
