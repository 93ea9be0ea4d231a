using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LibXc.Interop;
using Linux.Interop;

namespace Xend.Build.Saving;

/// <summary>One child, from its request to its answer.</summary>
internal sealed class SaveChild : IDisposable
{
    /// <summary>How long it may neither say nor compute anything: a disk that hangs, or a server, is not waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly ChildProcess _process;
    private readonly HelperLog _log;
    private readonly IGuestToSave? _guest;
    private readonly IProgress<SaveProgress>? _progress;
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource<string[]> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private long _lines;
    private long _looksWhileAsking;
    private bool _asks;
    private bool _isOver;
    private int _isDisposed;
    private Task _answer = Task.CompletedTask;

    /// <param name="log">Takes libxc's messages.</param>
    /// <param name="guest">Who answers what it asks; null where it asks nothing.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="cancellation">Ends what is asked of the guest.</param>
    /// <param name="stream">What becomes its descriptor 3; null for none.</param>
    public SaveChild(
        Action<XenLogLine>? log,
        IGuestToSave? guest,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation,
        SafeHandle? stream = null
    )
    {
        (_guest, _progress) = (guest, progress);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _log = new HelperLog("save", log);
        _process = ChildProcess.Spawn(
            new ChildStart
            {
                Path = CurrentProcess.Executable,
                Name = "xend",
                Arguments = ["--helper", "save"],
                Descriptors = stream is null ? [] : [stream],
                PipeInput = true,
                Output = ChildOutput.Lines(Take, SaveLine.Longest),
                Error = ChildOutput.Lines(TakeError),
            }
        );
    }

    /// <summary>Sends the request and returns the words of the answer.</summary>
    public async Task<string[]> RunAsync(string request, CancellationToken cancellation)
    {
        Say(request);
        try
        {
            return await ProgressWait.ForAsync(TimeProvider.System, OutcomeAsync, Progress, Patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException stalled)
        {
            throw new SaveFileException(
                $"process {_process.Id} does not go on: {stalled.Message}",
                Detail(),
                "Does a disk or a server hang?"
            );
        }
        finally
        {
            await EndAnswerAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Nothing is asked of the guest any more once this child has failed: whoever lets it go on comes next.</summary>
    private async Task EndAnswerAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task answer;
        lock (_lock)
        {
            _isOver = true;
            answer = _answer;
        }
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Returns when it has ended, and ends it where it does not by itself: one that fails has to tell Xen first that nobody follows any
    /// more which pages the guest writes.
    /// </summary>
    public async Task EndAsync()
    {
        await Task.WhenAny(_process.WaitAsync(CancellationToken.None), Task.Delay(Grace)).ConfigureAwait(false);
        Dispose();
    }

    /// <summary>Ends the child, wherever it is.</summary>
    public void Dispose()
    {
        _process.Dispose();
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _stop.Dispose();
        }
    }

    private async Task<string[]> OutcomeAsync(CancellationToken cancellation)
    {
        var end = _process.WaitAsync(cancellation);
        if (await Task.WhenAny(_outcome.Task, end).ConfigureAwait(false) == end && !_outcome.Task.IsCompleted)
        {
            var status = await end.ConfigureAwait(false);
            throw new SaveFileException($"the process that was to do it ended before: {status}", Detail());
        }
        return await _outcome.Task.ConfigureAwait(false);
    }

    /// <summary>While it waits for us, others have limits of their own.</summary>
    private long Progress()
    {
        lock (_lock)
        {
            _looksWhileAsking += _asks ? 1 : 0;
            return _looksWhileAsking + _lines + (long)(ProcessStat.Of(_process.Id)?.ProcessorTicks ?? 0);
        }
    }

    private void Say(string line)
    {
        try
        {
            _process.StandardInput!.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (IOException)
        {
            // EPIPE: it is gone, and its end says how.
        }
    }

    /// <summary>On the child's own thread.</summary>
    private void Take(string line)
    {
        var words = BuildLine.Words(line);
        lock (_lock)
        {
            _lines++;
            switch (words)
            {
                case [BuildLine.Log, var level, var text]
                    when int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var severity):
                    _log.Add((XenLogLevel)severity, text);
                    break;
                case [SaveLine.Progress, var done, var total]
                    when ulong.TryParse(done, CultureInfo.InvariantCulture, out var written)
                        && ulong.TryParse(total, CultureInfo.InvariantCulture, out var all):
                    _progress?.Report(new SaveProgress(written, all));
                    break;
                case [SaveLine.Suspend] when _guest is not null:
                    Answer(async () =>
                    {
                        await _guest.SuspendAsync(_stop.Token).ConfigureAwait(false);
                        return SaveLine.Done;
                    });
                    break;
                case [SaveLine.State] when _guest is not null:
                    Answer(async () =>
                        BuildLine.Of(SaveLine.State, await _guest.SaveDeviceModelAsync(_stop.Token).ConfigureAwait(false) ?? "")
                    );
                    break;
                case [SaveLine.Track, var isOn] when _guest is not null:
                    Answer(async () =>
                    {
                        await _guest.TrackPagesAsync(isOn == SaveLine.Yes, _stop.Token).ConfigureAwait(false);
                        return SaveLine.Done;
                    });
                    break;
                case [SaveLine.Round, var round, var dirty]
                    when int.TryParse(round, CultureInfo.InvariantCulture, out var number)
                        && long.TryParse(dirty, CultureInfo.InvariantCulture, out var pages):
                    _guest?.EndRound(number, pages);
                    break;
                case [SaveLine.Failed, var reason, var detail, var hint]:
                    _outcome.TrySetException(
                        new SaveFileException(reason, detail.Length > 0 ? detail : _log.Detail(), hint.Length > 0 ? hint : null)
                    );
                    break;
                case [SaveLine.Saved or SaveLine.Found or SaveLine.Restored or SaveLine.Sent, ..]:
                    _outcome.TrySetResult(words);
                    break;
                default:
                    _log.Add(XenLogLevel.Warning, line);
                    break;
            }
        }
    }

    /// <summary>What the guest could not do is why the whole fails, and not what the child makes of the refusal.</summary>
    private void Answer(Func<Task<string>> ask)
    {
        if (_isOver)
        {
            // It puts in order what it changed, and ends.
            Say(SaveLine.Refused);
            return;
        }
        _asks = true;
        _answer = Task.Run(async () =>
        {
            string answer;
            try
            {
                answer = await ask().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                _outcome.TrySetException(error);
                answer = SaveLine.Refused;
            }
            lock (_lock)
            {
                _asks = false;
            }
            Say(answer);
        });
    }

    /// <summary>Something that was not reported but printed: an assertion of libxenguest, a crash of the runtime.</summary>
    private void TakeError(string line)
    {
        lock (_lock)
        {
            _log.Add(XenLogLevel.Error, line);
        }
    }

    private string? Detail()
    {
        lock (_lock)
        {
            return _log.Detail();
        }
    }
}
