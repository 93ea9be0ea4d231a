using System.Threading.Channels;
using Xend.Domains;
using Xend.Hypervisor;
using XenStore;

namespace Xend.Operations;

/// <summary>Compares what Xen says with what the registry says, and acts on the difference.</summary>
/// <remarks>xenstored's events only say "look"; a lost or doubled one does no harm, since a look compares everything and comes by itself from time to time.</remarks>
public sealed class Reconciler(OperationRooms rooms, DomainQueues queues, Lifecycle lifecycle) : IAsyncDisposable
{
    /// <summary>Old xend's MINIMUM_RESTART_TIME.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _pokes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];

    /// <summary>Starts watching. The first look has been made when this returns.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await LookAsync(cancellation).ConfigureAwait(false);
        _loops.Add(WatchAsync("@introduceDomain"));
        _loops.Add(WatchAsync("@releaseDomain"));
        _loops.Add(LookLoopAsync());
    }

    /// <summary>Something may have changed.</summary>
    public void Poke() => _pokes.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(string path)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var watch = await rooms.Host.Store.WatchAsync(path, _stop.Token).ConfigureAwait(false);
                await using (watch.ConfigureAwait(false))
                {
                    await foreach (var _ in watch.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                    {
                        Poke();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error) when (error is XenStoreException or XenStoreConnectionException)
            {
                OperationLog.LookFailed(rooms.Log, error);
                await PauseAsync(RetryAfter).ConfigureAwait(false);
            }
        }
    }

    private async Task LookLoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await WaitForPokeAsync().ConfigureAwait(false);
            try
            {
                await LookAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error)
            {
                OperationLog.LookFailed(rooms.Log, error);
                await PauseAsync(RetryAfter).ConfigureAwait(false);
                Poke();
            }
        }
    }

    private async Task WaitForPokeAsync()
    {
        using var interval = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var timer = Task.Delay(LookAtLeastEvery, rooms.Host.Clock, interval.Token);
        await Task.WhenAny(_pokes.Reader.WaitToReadAsync(interval.Token).AsTask(), timer).ConfigureAwait(false);
        _pokes.Reader.TryRead(out _);
        await interval.CancelAsync().ConfigureAwait(false);
    }

    private async Task PauseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, rooms.Host.Clock, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the loop's condition sees it.
        }
    }

    /// <summary>One look at everything.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var domains = rooms.Host.Hypervisor.ListDomains();
        var byId = domains.ToDictionary(domain => domain.Id);
        foreach (var entry in rooms.Registry.Entries.Values)
        {
            var info = entry.Runtime.Id is { } id ? byId.GetValueOrDefault(id) : null;
            Compare(entry, info?.Uuid == entry.Uuid ? info : null);
        }
        var known = rooms.Registry.Entries;
        foreach (var domain in domains)
        {
            if (!known.TryGetValue(domain.Uuid, out var entry) || (entry.Foreign && entry.Runtime.Id == domain.Id))
            {
                await AdoptForeignAsync(domain, cancellation).ConfigureAwait(false);
            }
        }
    }

    private void Compare(DomainEntry entry, DomainInfo? info)
    {
        if (entry.Foreign)
        {
            if (info is null)
            {
                rooms.Registry.Remove(entry.Uuid);
                queues.Forget(entry.Uuid);
            }
            return;
        }
        if (entry is not { State: DomainState.Running, Operation: null, Runtime.Id: { } id })
        {
            return;
        }
        if (info is null)
        {
            OperationLog.Vanished(rooms.Log, entry.Name, id);
            _ = ActAsync(entry, id, "clean up", lifecycle.DestroyAsync);
        }
        else if (info.Shutdown is { } reason and not ShutdownReason.Suspend && !info.Dying)
        {
            Ended(entry, id, reason);
        }
    }

    /// <summary>A guest ended by itself: what its configuration says is done.</summary>
    private void Ended(DomainEntry entry, uint id, ShutdownReason reason)
    {
        if (reason == ShutdownReason.Crash)
        {
            OperationLog.DomainCrashed(rooms.Log, entry.Name, id);
        }
        else
        {
            OperationLog.DomainEnded(rooms.Log, entry.Name, id, reason.ToString().ToLowerInvariant());
        }
        var action = reason switch
        {
            ShutdownReason.Poweroff => entry.Config!.OnPoweroff,
            ShutdownReason.Reboot or ShutdownReason.SoftReset => entry.Config!.OnReboot,
            _ => entry.Config!.OnCrash,
        };
        if (action is DomainAction.RenameRestart or DomainAction.CoredumpDestroy or DomainAction.CoredumpRestart)
        {
            OperationLog.ActionReduced(rooms.Log, entry.Name, action.Name());
        }
        switch (action)
        {
            case DomainAction.Preserve:
                _ = ActAsync(entry, id, "preserve", lifecycle.PreserveAsync);
                break;
            case DomainAction.Restart or DomainAction.RenameRestart or DomainAction.CoredumpRestart when LivedLongEnough(entry):
                _ = ActAsync(entry, id, "restart", (current, turn) => lifecycle.RestartAsync(OperationKind.Restart, current, turn));
                break;
            default:
                _ = ActAsync(entry, id, "destroy", lifecycle.DestroyAsync);
                break;
        }
    }

    private bool LivedLongEnough(DomainEntry entry)
    {
        var now = rooms.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var life = now - (entry.Runtime.StartTime ?? 0);
        if (life >= ShortestLife.TotalSeconds)
        {
            return true;
        }
        OperationLog.RestartingTooFast(rooms.Log, entry.Name, life);
        return false;
    }

    /// <summary>Takes the domain's turn and acts, unless it changed meanwhile.</summary>
    private async Task ActAsync(DomainEntry seen, uint id, string operation, Func<DomainEntry, CancellationToken, Task> act)
    {
        try
        {
            await queues.RunAsync(
                seen.Uuid,
                seen.Name,
                operation,
                Requester.Daemon,
                async cancellation =>
                {
                    if (rooms.Registry.Find(seen.Uuid) is { State: DomainState.Running } entry && entry.Runtime.Id == id)
                    {
                        await act(entry, cancellation).ConfigureAwait(false);
                    }
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            OperationLog.PolicyFailed(rooms.Log, Failure.Explain(error, $"{operation} {seen.Name}"), seen.Name);
        }
        Poke();
    }

    private async Task AdoptForeignAsync(DomainInfo domain, CancellationToken cancellation)
    {
        var name = domain.Dying ? null : await rooms.Host.Store.ReadAsync($"{DomainNodes.PathOf(domain.Id)}/name", cancellation).ConfigureAwait(false);
        var known = rooms.Registry.Find(domain.Uuid);
        if (known is { Foreign: false })
        {
            return;
        }
        name = name is not null && DomainConfigReader.IsValidName(name) ? name : known?.Name ?? Unnamed(domain);
        if (known?.Name != name || known.Runtime.Id != domain.Id)
        {
            rooms.Registry.Adopt(new DomainEntry
            {
                Uuid = domain.Uuid,
                Name = name,
                State = DomainState.Running,
                Runtime = new DomainRuntime(domain.Id),
            });
        }
    }

    private static string Unnamed(DomainInfo domain) => domain.Id == 0 ? "Domain-0" : "Domain-Unnamed";
}
