using System.Collections.Concurrent;
using System.Text;
using Linux.Interop;
using Serilog;
using Tmds.Linux;

namespace Xend.Hotplug;

/// <summary>
/// Runs scripts as children of the daemon, each in a session of its own, so that it can be killed with all that it started.
/// </summary>
/// <param name="clock">Measures the limits.</param>
/// <param name="log">Is told how each ended.</param>
/// <param name="spawn">Starts them; as children of this process where none is given.</param>
/// <param name="scriptLog">The file to which the stock scripts send their complaints.</param>
public sealed class ScriptRunner(TimeProvider clock, ILogger log, SpawnChild? spawn = null, string scriptLog = ScriptLog.Path)
    : IScriptRunner
{
    private const int MostOutput = 64 * 1024;

    private static readonly TimeSpan GraceAfterCancel = TimeSpan.FromSeconds(10);

    private readonly ScriptCrowd _crowd = new(clock);
    private readonly ProcessTable _processes = new();
    private readonly ScriptLog _scriptLog = new(scriptLog);
    private readonly SpawnChild _spawn = spawn ?? ChildProcess.Spawn;

    /// <summary>Scripts that not even SIGKILL has ended, by what they work on.</summary>
    private readonly ConcurrentDictionary<string, (int Id, ulong Started)> _stuck = new(StringComparer.Ordinal);

    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public async Task<ScriptResult> RunAsync(ScriptCall call, TimeSpan limit, CancellationToken cancellation)
    {
        if (StuckOn(call) is { } earlier)
        {
            // It would meet the same, and the limit would pass once more.
            var words = $"an earlier script for this device (process {earlier}) still hangs in the kernel";
            return Logged(call, new ScriptResult(ScriptOutcome.NotStarted, -1, words, TimeSpan.Zero));
        }
        var output = new OutputTail(MostOutput);
        // What is no device's (the network script, when the daemon has seconds to stop) waits for no turn.
        using var place = DeviceOf(call) is null ? null : await _crowd.EnterAsync(call.Path, cancellation).ConfigureAwait(false);
        limit *= place?.Position ?? 1;
        var start = clock.GetTimestamp();
        var logged = _scriptLog.End();
        IChildProcess child;
        try
        {
            child = _spawn(
                new ChildStart
                {
                    Path = call.Path,
                    Arguments = call.Arguments,
                    Environment = EnvironmentOf(call),
                    WorkingDirectory = "/",
                    Output = ChildOutput.Bytes(output.Append),
                    Error = ChildOutput.WithOutput,
                }
            );
        }
        catch (NativeCallException error)
        {
            return Logged(call, new ScriptResult(ScriptOutcome.NotStarted, -1, error.Message, TimeSpan.Zero));
        }
        using (child)
        {
            using var timeout = new CancellationTokenSource(limit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
            try
            {
                var status = await child.WaitAsync(either.Token).ConfigureAwait(false);
                return Logged(
                    call,
                    new ScriptResult(
                        status.Success ? ScriptOutcome.Succeeded : ScriptOutcome.Failed,
                        status.Code ?? 128 + status.Signal!.Value,
                        Encoding.UTF8.GetString(output.Bytes()),
                        clock.GetElapsedTime(start)
                    )
                    {
                        Log = status.Success ? "" : _scriptLog.Since(logged),
                    }
                );
            }
            catch (OperationCanceledException)
            {
                if (cancellation.IsCancellationRequested)
                {
                    // One that is killed half way may leave a loop device that nobody knows of; most end by themselves in a moment.
                    await child.EndsWithinAsync(GraceAfterCancel, clock).ConfigureAwait(false);
                }
                // Only when it has ended may what it worked on be taken away; but what does not end holds nobody up.
                var ended = await child.KillAsync(clock).ConfigureAwait(false);
                var result = new ScriptResult(
                    ended ? ScriptOutcome.TimedOut : ScriptOutcome.Undying,
                    128 + LibC.SIGKILL,
                    Encoding.UTF8.GetString(output.Bytes()),
                    clock.GetElapsedTime(start)
                )
                {
                    Log = _scriptLog.Since(logged),
                };
                if (!ended)
                {
                    HotplugLog.ScriptDoesNotEnd(log, call, child.Id);
                    NoteStuck(call, child.Id);
                }
                cancellation.ThrowIfCancellationRequested();
                return Logged(call, result);
            }
        }
    }

    public Task EndOrphansAsync(uint domainId) => OrphanedScripts.EndAsync(_processes, domainId, clock);

    private void NoteStuck(ScriptCall call, int process)
    {
        if (DeviceOf(call) is { } device && _processes.Find(process) is { } found)
        {
            _stuck[device] = (process, found.Stat.Started);
        }
    }

    /// <summary>The process that hangs on the device of a call; null where none does, any more.</summary>
    private int? StuckOn(ScriptCall call)
    {
        if (DeviceOf(call) is not { } device || !_stuck.TryGetValue(device, out var stuck))
        {
            return null;
        }
        if (_processes.IsAlive(stuck.Id, stuck.Started))
        {
            return stuck.Id;
        }
        _stuck.TryRemove(device, out _);
        return null;
    }

    private static string? DeviceOf(ScriptCall call) => call.Environment.GetValueOrDefault("XENBUS_PATH");

    private ScriptResult Logged(ScriptCall call, ScriptResult result)
    {
        HotplugLog.ScriptEnded(log, call, result);
        return result;
    }

    private static Dictionary<string, string> EnvironmentOf(ScriptCall call) =>
        new(call.Environment) { ["PATH"] = SearchPath, ["LANG"] = "C.UTF-8" };
}
