using System.Threading.Channels;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Policies;
using XenStore;

namespace Xend.Operations;

/// <summary>Compares what Xen says with what the registry says, and acts on the difference.</summary>
/// <remarks>
/// xenstored's events only say "look"; a lost or doubled one does no harm, since a look compares everything and comes by itself from time
/// to time.
/// </remarks>
public sealed class Reconciler(OperationRooms rooms, DomainQueues queues, Lifecycle lifecycle, EndPolicy policy) : IAsyncDisposable
{
    /// <summary>Old xend's SHUTDOWN_TIMEOUT.</summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _pokes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly CancellationTokenSource _stop = new();
    private readonly Backoff _backoff = new(rooms.Host.Clock);
    private readonly TargetFollowing _targets = new(rooms, queues, lifecycle);
    private readonly List<Task> _loops = [];

    /// <summary>Starts watching. The first look has been made when this returns.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await LookAsync(cancellation).ConfigureAwait(false);
        _loops.AddRange(
            new[] { "@introduceDomain", "@releaseDomain" }.Select(path =>
                WatchLoop.RunAsync(rooms.Host, rooms.Log, path, PokeAsync, _stop.Token)
            )
        );
        _loops.Add(LookLoopAsync());
    }

    /// <summary>Something may have changed.</summary>
    public void Poke() => _pokes.Writer.TryWrite(true);

    private Task PokeAsync()
    {
        Poke();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        await _targets.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
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
        var most = policy.NextDue() is { } due && due < LookAtLeastEvery ? due : LookAtLeastEvery;
        var timer = Task.Delay(most, rooms.Host.Clock, interval.Token);
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
        // One that stops sees nothing any more: who would act on it is about to go.
        cancellation.ThrowIfCancellationRequested();
        // The entries first: what is created between the two is in Xen's list at the most, and never seems to have vanished.
        var entries = rooms.Registry.Entries.Values;
        var domains = rooms.Host.Hypervisor.ListDomains();
        var byId = domains.ToDictionary(domain => domain.Id);
        foreach (var entry in entries)
        {
            var info = entry.Runtime.Id is { } id ? byId.GetValueOrDefault(id) : null;
            Compare(entry, info?.Uuid == entry.Uuid ? info : null);
        }
        foreach (var dying in rooms.Registry.Dying.All)
        {
            Watch(dying, byId.GetValueOrDefault(dying.Id));
        }
        var known = rooms.Registry.Entries;
        _targets.Watch(known.Values);
        foreach (var domain in domains)
        {
            if (!known.TryGetValue(domain.Uuid, out var entry) || (entry.Foreign && entry.Runtime.Id == domain.Id))
            {
                await AdoptForeignAsync(domain, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A destroyed domain that Xen kept: it goes when what holds it does.</summary>
    private void Watch(DyingDomain dying, DomainInfo? info)
    {
        if (info is null || info.Uuid != dying.Uuid)
        {
            rooms.Registry.Dying.Remove(dying.Id);
            OperationLog.GoneAtLast(rooms.Log, dying);
            return;
        }
        rooms.Registry.Dying.Set(
            dying with
            {
                MemoryKib = info.CurrentMemoryKib,
                HeldBy = Destroy.DomainDeath.HoldersOf(rooms.Host, dying.Id),
            }
        );
    }

    private void Compare(DomainEntry entry, DomainInfo? info)
    {
        if (entry.Foreign)
        {
            if (info is null)
            {
                rooms.Registry.Remove(entry.Uuid);
            }
            return;
        }
        if (entry.Operation is not null)
        {
            return;
        }
        if (policy.IsDue(entry))
        {
            _ = ActAsync(entry, OperationKind.Restart.Name, policy.StartDueAsync);
            return;
        }
        if (_backoff.Holds(entry))
        {
            return;
        }
        // A destruction that failed is ended when the domain has gone all the same; so is one that another tool ended, dead domains
        // included.
        if (entry is not { State: DomainState.Running or DomainState.Preserved or DomainState.Destroying, Runtime.Id: { } id })
        {
            return;
        }
        if (info is null)
        {
            OperationLog.Vanished(rooms.Log, entry.Name, id);
            _ = ActAsync(entry, "clean up", (current, turn) =>
                rooms.Host.Hypervisor.FindDomain(id)?.Uuid == current.Uuid ? Task.CompletedTask : lifecycle.DestroyAsync(current, turn)
            );
        }
        else if (entry.State == DomainState.Running && info.Shutdown is { } reason and not ShutdownReason.Suspend && !info.Dying)
        {
            Ended(entry, id, reason);
        }
        else if (entry.State == DomainState.Destroying && !info.Dying)
        {
            OperationLog.DestroyedAgain(rooms.Log, entry.Name, id);
            _ = ActAsync(entry, OperationKind.Destroy.Name, lifecycle.DestroyAsync);
        }
        else if (!info.Dying)
        {
            LookAfter(entry, id);
        }
    }

    /// <summary>A guest that runs: is its device model there, and did it follow a request to shut down?</summary>
    private void LookAfter(DomainEntry entry, uint id)
    {
        if (entry is { Runtime.DeviceModel: { } process, DeviceModelLost: false } && !rooms.Host.DeviceModels.IsAlive(process))
        {
            DeviceModelDied(entry, id);
        }
        if (entry.ShutdownAsked is { } asked && rooms.Host.Clock.GetUtcNow() - asked is var waited && waited > ShutdownLimit)
        {
            OperationLog.Unresponsive(rooms.Log, entry.Name, waited.TotalSeconds);
            rooms.Registry.Update(entry.Uuid, known => known with { ShutdownAsked = null, RebootWanted = false });
        }
    }

    /// <summary>
    /// An HVM guest cannot go on without its device model, so it counts as crashed. Another one has lost its display only.
    /// </summary>
    private void DeviceModelDied(DomainEntry entry, uint id)
    {
        var isHvm = entry.Config!.Type == GuestType.Hvm;
        OperationLog.DeviceModelDied(
            rooms.Log,
            entry.Name,
            id,
            rooms.Host.DeviceModels.LastLines(entry.Name),
            isHvm
                ? $"The guest cannot go on without it and counts as crashed (on_crash is {entry.Config.OnCrash.Name()})."
                : "The guest goes on without its display."
        );
        rooms.Registry.Update(entry.Uuid, known => known with { DeviceModelLost = true });
        if (isHvm)
        {
            rooms.Host.Hypervisor.ShutdownDomain(id, ShutdownReason.Crash);
            Poke();
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
        var (kind, act) = policy.Choose(entry, reason);
        _ = ActAsync(entry, kind.Name, act);
    }

    /// <summary>Takes the domain's turn and acts, unless it changed meanwhile.</summary>
    private async Task ActAsync(DomainEntry seen, string operation, Func<DomainEntry, CancellationToken, Task> act)
    {
        try
        {
            await queues
                .RunAsync(
                    seen.Uuid,
                    seen.Name,
                    operation,
                    Requester.Daemon,
                    async cancellation =>
                    {
                        if (rooms.Registry.Find(seen.Uuid) is { } entry && entry.State == seen.State && entry.Runtime.Id == seen.Runtime.Id)
                        {
                            await act(entry, cancellation).ConfigureAwait(false);
                        }
                        return true;
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
        }
        catch (Exception error)
        {
            OperationLog.PolicyFailed(rooms.Log, operation, seen.Name, Failure.Explain(error, $"{operation} {seen.Name}"));
            await _backoff.HoldAsync(rooms.Registry.Find(seen.Uuid) ?? seen, _stop.Token).ConfigureAwait(false);
        }
        Poke();
    }

    private async Task AdoptForeignAsync(DomainInfo domain, CancellationToken cancellation)
    {
        var name = domain.Dying
            ? null
            : await rooms.Host.Store.ReadAsync($"{DomainNodes.PathOf(domain.Id)}/name", cancellation).ConfigureAwait(false);
        var known = rooms.Registry.Find(domain.Uuid);
        if (known is { Foreign: false })
        {
            return;
        }
        name =
            name is not null && DomainConfigReader.IsValidName(name)
                ? name
                : rooms.Registry.Dying.Find(domain.Id, domain.Uuid)?.ShownName ?? known?.Name ?? Unnamed(domain);
        if (known?.Name != name || known.Runtime.Id != domain.Id)
        {
            rooms.Registry.Adopt(
                new DomainEntry
                {
                    Uuid = domain.Uuid,
                    Name = name,
                    State = DomainState.Running,
                    Runtime = new DomainRuntime(domain.Id),
                }
            );
        }
    }

    private static string Unnamed(DomainInfo domain) => domain.Id == 0 ? "Domain-0" : "Domain-Unnamed";
}
