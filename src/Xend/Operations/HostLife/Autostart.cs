using Xend.Domains;

namespace Xend.Operations.HostLife;

/// <summary>
/// Starts the managed domains that are to run with the host, in their order. What one of them does keeps no other from being started.
/// </summary>
/// <param name="rooms">The daemon's parts.</param>
/// <param name="start">Starts a halted domain, by its UUID.</param>
/// <param name="resume">Lets a suspended one go on.</param>
internal sealed class Autostart(
    OperationRooms rooms,
    Func<string, CancellationToken, Task> start,
    Func<string, CancellationToken, Task> resume
) : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;

    /// <exception cref="OperationCanceledException">It was given up; where <see cref="EndAsync"/> ended it, it just returns.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _end.Token);
        _running = StartAllAsync(either.Token);
        try
        {
            await _running.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            OperationLog.AutostartEnded(rooms.Log);
        }
    }

    /// <summary>No further domain is started, and the start under way is undone: all of them are to be stopped.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _end.Dispose();

    private async Task StartAllAsync(CancellationToken cancellation)
    {
        foreach (var entry in InOrder(rooms.Domains.Entries.Values))
        {
            cancellation.ThrowIfCancellationRequested();
            if (rooms.Domains.Find(entry.Uuid) is not { IsOff: true } off)
            {
                // Somebody was quicker.
                continue;
            }
            if (off.AwayAt is { } host)
            {
                OperationLog.Away(rooms.Log, off.Name, host);
                continue;
            }
            try
            {
                var begin = off.State == DomainState.Suspended ? resume : start;
                await begin(entry.Uuid.ToString(), cancellation).ConfigureAwait(false);
                await WaitAfterAsync(entry, cancellation).ConfigureAwait(false);
            }
            catch (XendError error)
            {
                cancellation.ThrowIfCancellationRequested();
                OperationLog.AutostartFailed(rooms.Log, entry.Name, error);
            }
        }
    }

    /// <summary>Those that are to be started and do not run, by position and, among equals, by name.</summary>
    public static IReadOnlyList<DomainEntry> InOrder(IEnumerable<DomainEntry> entries) =>
        [
            .. entries
                .Where(entry => entry is { Managed: true, IsOff: true, Config.OnXendStart: "start" })
                .OrderBy(entry => entry.Config!.StartOrder.Position)
                .ThenBy(entry => entry.Name, StringComparer.Ordinal),
        ];

    private async Task WaitAfterAsync(DomainEntry entry, CancellationToken cancellation)
    {
        var order = entry.Config!.StartOrder;
        if (rooms.Domains.Find(entry.Uuid)?.Runtime.Id is not { } id)
        {
            return;
        }
        try
        {
            await GuestReadiness.WaitAsync(rooms.Host, id, order.Wait, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or XenStore.XenStoreException or XenStore.XenStoreConnectionException)
        {
            OperationLog.NotUp(rooms.Log, entry.Name, order.Wait.Name(), error.Message);
        }
        await Task.Delay(TimeSpan.FromSeconds(order.DelaySeconds), rooms.Host.Clock, cancellation).ConfigureAwait(false);
    }
}
