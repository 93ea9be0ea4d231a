using System.Globalization;
using System.Text;
using LibXc.Interop;
using Linux.Interop;

namespace Xend.Build;

/// <summary>One builder process: idle at first, then at work on the one request that it gets, then gone.</summary>
internal sealed class BuildChild : IDisposable
{
    private readonly ChildProcess _process;
    private readonly HelperLog _log;
    private readonly TaskCompletionSource<ImageBuildResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private IProgress<string>? _progress;
    private string _step = "";
    private long _lines;

    public BuildChild(ChildImageBuilderOptions options)
    {
        _log = new HelperLog("build", options.Log);
        _process = ChildProcess.Spawn(
            new ChildStart
            {
                Path = options.Executable,
                Name = "xend",
                Arguments = options.Arguments,
                PipeInput = true,
                Output = ChildOutput.Lines(Take, BuildLine.Longest),
                Error = ChildOutput.Lines(TakeError),
            }
        );
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Whether it said anything yet about the build.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_lock)
            {
                return _step.Length > 0 || _outcome.Task.IsCompleted;
            }
        }
    }

    /// <summary>Sends the request.</summary>
    public void Begin(ImageBuildRequest request, string? kernelCache, IProgress<string>? progress)
    {
        lock (_lock)
        {
            _progress = progress;
        }

        try
        {
            _process.StandardInput!.Write(Encoding.UTF8.GetBytes(BuildLine.Of(request, kernelCache) + "\n"));
        }
        catch (IOException)
        {
            // EPIPE: it is gone, and its end, which ResultAsync sees, says how.
        }
    }

    /// <summary>The result; throws <see cref="ImageBuildException"/>, also where the process dies without one, or stands still.</summary>
    public async Task<ImageBuildResult> ResultAsync(TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await ProgressWait.ForAsync(TimeProvider.System, ResultAsync, Progress, patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException stalled)
        {
            lock (_lock)
            {
                throw new ImageBuildException(
                    _step.Length > 0 ? _step : "build",
                    $"the builder process {_process.Id} does not go on: {stalled.Message}; does a disk or a server hang, which has "
                        + $"the kernel?",
                    _log.Detail()
                );
            }
        }
    }

    private async Task<ImageBuildResult> ResultAsync(CancellationToken cancellation)
    {
        var end = _process.WaitAsync(cancellation);
        if (await Task.WhenAny(_outcome.Task, end).ConfigureAwait(false) == end && !_outcome.Task.IsCompleted)
        {
            throw Death(await end.ConfigureAwait(false));
        }

        return await _outcome.Task.ConfigureAwait(false);
    }

    /// <summary>Each line that it says, and its processor time: one that unpacks a large kernel says nothing.</summary>
    private long Progress()
    {
        lock (_lock)
        {
            return _lines + (long)(ProcessStat.Of(_process.Id)?.ProcessorTicks ?? 0);
        }
    }

    /// <summary>Lets a builder that has answered finish what it does besides, but not for ever.</summary>
    public async Task RetireAsync(TimeSpan limit)
    {
        try
        {
            await _process.WaitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            // Dispose kills it.
        }
        Dispose();
    }

    public void Dispose() => _process.Dispose();

    private ImageBuildException Death(ExitStatus status)
    {
        lock (_lock)
        {
            return new ImageBuildException(
                _step.Length > 0 ? _step : "build",
                $"the builder process ended before its work was done: {status}",
                _log.Detail()
            );
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
                    when int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                    _log.Add((XenLogLevel)number, text);
                    break;
                case [BuildLine.Step, var call]:
                    _step = call;
                    break;
                case [BuildLine.Progress, var sentence]:
                    _progress?.Report(sentence);
                    break;
                case [BuildLine.Built, var store, var console]
                    when ulong.TryParse(store, CultureInfo.InvariantCulture, out var storeFrame)
                        && ulong.TryParse(console, CultureInfo.InvariantCulture, out var consoleFrame):
                    _outcome.TrySetResult(new ImageBuildResult(storeFrame, consoleFrame));
                    break;
                case [BuildLine.Failed, var call, var reason, var detail]:
                    _outcome.TrySetException(new ImageBuildException(call, reason, detail.Length > 0 ? detail : _log.Detail()));
                    break;
                default:
                    _log.Add(XenLogLevel.Warning, line);
                    break;
            }
        }
    }

    /// <summary>Something that was not reported but printed: an assertion of libxenguest, a crash of the runtime.</summary>
    private void TakeError(string line)
    {
        lock (_lock)
        {
            _log.Add(XenLogLevel.Error, line);
        }
    }
}
