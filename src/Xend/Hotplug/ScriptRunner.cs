using System.Text;
using Linux.Interop;
using Serilog;

namespace Xend.Hotplug;

/// <summary>
/// Runs scripts as children of the daemon, each in a session of its own, so that it can be killed with all that it started.
/// </summary>
public sealed class ScriptRunner(TimeProvider clock, ILogger log) : IScriptRunner
{
    private const int Sigkill = 9;

    private const int MostOutput = 64 * 1024;

    private static readonly TimeSpan GraceAfterCancel = TimeSpan.FromSeconds(10);

    private readonly ScriptCrowd _crowd = new();

    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public async Task<ScriptResult> RunAsync(ScriptCall call, TimeSpan limit, CancellationToken cancellation)
    {
        var output = new OutputTail(MostOutput);
        using var place = _crowd.Enter(call.Path);
        limit *= place.Position;
        var start = clock.GetTimestamp();
        ChildProcess child;
        try
        {
            child = ChildProcess.Spawn(
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
                );
            }
            catch (OperationCanceledException)
            {
                if (cancellation.IsCancellationRequested)
                {
                    await LetEndAsync(child).ConfigureAwait(false);
                }
                child.KillGroup(Sigkill);
                // Only when it has ended may what it worked on be taken away.
                await child.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                return Logged(
                    call,
                    new ScriptResult(
                        ScriptOutcome.TimedOut,
                        128 + Sigkill,
                        Encoding.UTF8.GetString(output.Bytes()),
                        clock.GetElapsedTime(start)
                    )
                );
            }
        }
    }

    public Task EndOrphansAsync(uint domainId) => OrphanedScripts.EndAsync(domainId, clock);

    /// <summary>
    /// A script that is killed half way may leave a loop device that nobody knows of; most end by themselves in a moment.
    /// </summary>
    private async Task LetEndAsync(ChildProcess child)
    {
        using var grace = new CancellationTokenSource(GraceAfterCancel, clock);
        try
        {
            await child.WaitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It had its time.
        }
    }

    private ScriptResult Logged(ScriptCall call, ScriptResult result)
    {
        HotplugLog.ScriptEnded(log, call, result);
        return result;
    }

    private static Dictionary<string, string> EnvironmentOf(ScriptCall call) =>
        new(call.Environment) { ["PATH"] = SearchPath, ["LANG"] = "C.UTF-8" };
}
