using System.Reflection;
using System.Runtime.InteropServices;
using Serilog;
using Xend.Api.XmlRpc;
using Xend.Hosting.Configuration;
using Xend.Hosting.Logging;

namespace Xend.Hosting;

/// <summary>
/// The daemon's life: configuration, log, lock, core, servers, until somebody says stop. Everything is put together here.
/// </summary>
public sealed class Daemon(XendPaths paths, DaemonCoreFactory makeCore)
{
    /// <summary>What may be closed when the daemon ends; the process is gone after that, closed or not.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Longer than a look at whether guests are still being suspended may be apart.</summary>
    private static readonly TimeSpan SuspendLimit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What is under way when somebody says stop may be undone for so long; it is the next daemon's after that. Less than <c>xend stop</c>
    /// and systemd wait.
    /// </summary>
    internal TimeSpan GiveUpLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Who is told about start and stop; systemd, mostly.</summary>
    internal ServiceNotifier Notifier { get; init; } = new(null);

    /// <summary>Warnings that a person should see at start, and what cannot be logged.</summary>
    public TextWriter Complaints { get; init; } = Console.Error;

    /// <summary>Log lines go to stderr as well.</summary>
    public bool LogToStderr { get; init; }

    /// <summary>Serves until <paramref name="stop"/>. Returns the exit code; a failure to start is thrown.</summary>
    /// <exception cref="XendError">Why it cannot start.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var configured = ConfigFile.Read(paths.ConfigFile);
        foreach (var warning in configured.Warnings)
        {
            await Complaints.WriteLineAsync($"xend [WARNING] {warning}").ConfigureAwait(false);
        }
        using var instance = Instance.Take(paths);
        using var xendLog = XendLog.Open(configured.Options, LogToStderr, Complaints.WriteLine);
        var log = XendLog.For(xendLog.Logger, "Daemon");
        log.Started(Version, paths.ConfigFile);
        Report(log, configured);
        try
        {
            await HostCheck.RequireDom0Async(paths, stop).ConfigureAwait(false);
            var making = makeCore(new DaemonContext(configured.Options, paths, xendLog.Logger), stop);
            await EndsAfterStopAsync(making, "taking the guests back", log, stop).ConfigureAwait(false);
            var core = await making.ConfigureAwait(false);
            try
            {
                await ServeAsync(core, configured.Options, xendLog, log, begun, stop).ConfigureAwait(false);
            }
            finally
            {
                await CloseAsync(core.DisposeAsync, log).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            log.StartFailed(error);
            throw;
        }
        log.Stopped();
        return 0;
    }

    private static string Version =>
        typeof(Daemon).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "unknown";

    private async Task ServeAsync(IDaemonCore core, XendOptions options, XendLog xendLog, ILogger log, long begun, CancellationToken stop)
    {
        XmlRpcServer? server = null;
        if (options.UnixXmlRpcServer)
        {
            var serverLog = XendLog.For(xendLog.Logger, nameof(XmlRpcServer));
            server = await XmlRpcServer.StartAsync(paths.XmlRpcSocket, core.Toolstack, core.Options, serverLog, stop).ConfigureAwait(false);
        }
        var relocation = RelocationServers.Start(options, core.Arrivals, XendLog.For(xendLog.Logger, "Relocation"));
        try
        {
            using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                Reload(core, xendLog, log);
            });
            log.Ready(TimeProvider.System.GetElapsedTime(begun));
            Notifier.Ready();
            var starting = StartGuestsAsync(core, log, stop);
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Notifier.Stopping();
            log.Stopping("it was asked to");
            try
            {
                await EndsAfterStopAsync(starting, "starting guests", log, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // What it left half done is taken up by the next daemon.
            }
            // A guest that is on its way here is this host's, or not, before the daemon is gone.
            await relocation.DisposeAsync().ConfigureAwait(false);
            await ApplyStopPoliciesAsync(core, log).ConfigureAwait(false);
            // It has a limit of its own.
            await core.StopNetworkAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(relocation.DisposeAsync, log).ConfigureAwait(false);
            if (server is not null)
            {
                await CloseAsync(server.DisposeAsync, log).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Guests that are to be suspended have limits of their own, which systemd is told to wait for.</summary>
    private async Task ApplyStopPoliciesAsync(IDaemonCore core, ILogger log)
    {
        var work = core.ApplyStopPoliciesAsync(CancellationToken.None);
        while (await Task.WhenAny(work, Task.Delay(StopLimit)).ConfigureAwait(false) != work && core.IsSuspending)
        {
            Notifier.StopsWithin(SuspendLimit);
        }
        await CloseAsync(() => new ValueTask(work), log).ConfigureAwait(false);
    }

    /// <summary>Waits for work that was told to stop, but not for ever. Throws where it goes on all the same.</summary>
    private async Task EndsAfterStopAsync(Task work, string what, ILogger log, CancellationToken stop)
    {
        await Task.WhenAny(work, Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
        if (await Task.WhenAny(work, Task.Delay(GiveUpLimit, CancellationToken.None)).ConfigureAwait(false) != work)
        {
            log.NotEnded(what, GiveUpLimit);
            throw new OperationCanceledException(stop);
        }
    }

    /// <summary>Beside the requests: a guest that takes long to start holds nobody up.</summary>
    private static async Task StartGuestsAsync(IDaemonCore core, ILogger log, CancellationToken stop)
    {
        try
        {
            await core.StartGuestsAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The daemon stops; what was being started is undone, or taken up by the next one.
        }
        catch (Exception error)
        {
            log.AutostartFailed(error);
        }
    }

    /// <summary>Also what <c>xend reload</c> asks for. A file that cannot be used changes nothing.</summary>
    private void Reload(IDaemonCore core, XendLog xendLog, ILogger log)
    {
        Notifier.Reloading();
        try
        {
            var configured = ConfigFile.Read(paths.ConfigFile);
            xendLog.Apply(configured.Options);
            core.Apply(configured.Options);
            log.Reloaded(paths.ConfigFile);
            Report(log, configured);
        }
        catch (XendError error)
        {
            log.ReloadRefused(error.Text);
        }
        Notifier.Ready();
    }

    private static void Report(ILogger log, Configured configured)
    {
        foreach (var warning in configured.Warnings)
        {
            log.ConfigWarning(warning);
        }
        if (configured.Unused.Length > 0)
        {
            log.UnusedOptions(configured.Unused);
        }
    }

    private static async Task CloseAsync(Func<ValueTask> close, ILogger log)
    {
        try
        {
            await close().AsTask().WaitAsync(StopLimit).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever it was: the process is about to end, and the guests do not hang on it.
            log.StopIncomplete(error);
        }
    }
}
