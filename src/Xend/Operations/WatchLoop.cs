using Serilog;
using XenStore;

namespace Xend.Operations;

/// <summary>A watch in xenstore that is set again whenever it is lost.</summary>
internal static class WatchLoop
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Acts once at once, and then after each change, until it is stopped. What acting throws is logged, and acted on again.
    /// </summary>
    public static async Task RunAsync(HostServices host, ILogger log, string path, Func<Task> act, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var watch = await host.Store.WatchAsync(path, stop).ConfigureAwait(false);
                await using (watch.ConfigureAwait(false))
                {
                    await foreach (var _ in watch.ReadAllAsync(stop).ConfigureAwait(false))
                    {
                        await act().ConfigureAwait(false);
                    }
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                OperationLog.LookFailed(log, error);
                await Task.Delay(RetryAfter, host.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
