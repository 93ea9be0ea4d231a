using System.Collections.Concurrent;
using System.Threading.Channels;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Policies;
using Xend.Operations.Steps;
using XenStore;

namespace Xend.Operations;

/// <summary>Compares what Xen says with what the daemon knows, and acts on the difference.</summary>
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
    private readonly List<Task> _loops = [];
    private readonly Backoff _backoff = new(rooms.Host.Clock);
    private readonly DeathWatch _deaths = new(rooms.Host.Clock);
    private readonly TargetFollowing _targets = new(rooms, queues, lifecycle);
    private readonly SharedLook _look = new();

    /// <summary>Domains for which something is being done here, or waits for its turn.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _actedOn = [];

    /// <summary>Starts watching. The first look has been made when this returns.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await LookAsync(cancellation).ConfigureAwait(false);
        _loops.AddRange(
            new[] { "@introduceDomain", "@releaseDomain" }.Select(path =>
                WatchLoop.RunAsync(rooms.Host, rooms.Log, path, PokeAsync, _stop.Token)
            )
        );
        _loops.Add(_targets.FollowGuestsAsync(_stop.Token));
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
        await _look.SettleAsync().ConfigureAwait(false);
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
        var timer = Task.Delay(NextLook(), rooms.Host.Clock, interval.Token);
        await Task.WhenAny(_pokes.Reader.WaitToReadAsync(interval.Token).AsTask(), timer).ConfigureAwait(false);
        _pokes.Reader.TryRead(out _);
        await interval.CancelAsync().ConfigureAwait(false);
    }

    private TimeSpan NextLook()
    {
        var due = policy.NextDue(rooms.Domains.Entries.Values.Where(entry => !IsLeftAlone(entry)));
        return new[] { due, _deaths.Pause(), LookAtLeastEvery }.OfType<TimeSpan>().Min();
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

    /// <summary>One look at everything, that begins after this is called; others who ask at the same time share it.</summary>
    public Task LookAsync(CancellationToken cancellation) => _look.RunAsync(LookOnceAsync, cancellation);

    private async Task LookOnceAsync()
    {
        // One that stops sees nothing any more: who would act on it is about to go.
        _stop.Token.ThrowIfCancellationRequested();
        // The entries first: what is created between the two is in Xen's list at the most, and never seems to have vanished.
        var entries = rooms.Domains.Entries.Values;
        var domains = rooms.Host.Hypervisor.ListDomains();
        var byId = domains.ToDictionary(domain => domain.Id);
        foreach (var entry in entries)
        {
            var info = entry.Runtime.Id is { } id ? byId.GetValueOrDefault(id) : null;
            CompareOne(entry, info?.Uuid == entry.Uuid ? info : null);
        }
        if (_deaths.Note(domains))
        {
            Poke();
        }
        foreach (var dying in rooms.Domains.Dying.All)
        {
            Watch(dying, byId.GetValueOrDefault(dying.Id));
        }
        var known = rooms.Domains.Entries;
        _targets.Watch(known.Values);
        foreach (var domain in domains)
        {
            if (!known.TryGetValue(domain.Uuid, out var entry) || (entry.Foreign && entry.Runtime.Id == domain.Id))
            {
                await AdoptForeignAsync(domain, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A destroyed domain that Xen kept: it goes when what holds it does.</summary>
    private void Watch(DyingDomain dying, DomainInfo? info)
    {
        if (info is null || info.Uuid != dying.Uuid)
        {
            rooms.Domains.Dying.Remove(dying.Id);
            OperationLog.GoneAtLast(rooms.Log, dying);
            return;
        }
        rooms.Domains.Dying.Set(dying with { MemoryKib = info.CurrentMemoryKib, HeldBy = DomainDeath.HoldersOf(rooms.Host, dying.Id) });
    }

    /// <summary>What is wrong with one keeps no other from being looked at.</summary>
    private void CompareOne(DomainEntry entry, DomainInfo? info)
    {
        try
        {
            Compare(entry, info);
        }
        catch (Exception error) when (error is HypervisorException or XendError or IOException or UnauthorizedAccessException)
        {
            OperationLog.LookFailed(rooms.Log, error);
        }
    }

    private void Compare(DomainEntry entry, DomainInfo? info)
    {
        if (entry.Foreign)
        {
            if (info is null)
            {
                rooms.Domains.Remove(entry.Uuid);
            }
            return;
        }
        if (entry.Operation is not null || IsLeftAlone(entry))
        {
            return;
        }
        if (policy.IsDue(entry))
        {
            _ = ActAsync(entry, new(OperationKind.Restart, entry.Note?.Reason ?? "its restart was due", policy.StartDueAsync));
            return;
        }
        if (entry.State == DomainState.Departing && info is not null)
        {
            _ = ActAsync(entry, new(OperationKind.HandOver, "whose it is was not known", lifecycle.SettleDepartureAsync));
            return;
        }
        // A destruction that failed is ended when the domain has gone all the same; so is one that another tool ended, dead domains
        // included.
        if (
            entry
            is not {
                State: DomainState.Running or DomainState.Preserved or DomainState.Destroying or DomainState.Departing,
                Runtime.Id: { } id
            }
        )
        {
            return;
        }
        if (info is null)
        {
            OperationLog.Vanished(rooms.Log, entry.Name, id);
            _ = ActAsync(
                entry,
                new(OperationKind.CleanUp, "Xen has it no more: somebody else ended it", (current, turn) =>
                    rooms.Host.Hypervisor.FindDomain(id)?.Uuid == current.Uuid ? Task.CompletedTask : lifecycle.DestroyAsync(current, turn)
                )
            );
        }
        else if (entry.State == DomainState.Running && info.Shutdown is { } reason and not ShutdownReason.Suspend && !info.Dying)
        {
            Ended(entry, id, reason);
        }
        else if (entry.State == DomainState.Destroying && !info.Dying)
        {
            OperationLog.DestroyedAgain(rooms.Log, entry.Name, id);
            _ = ActAsync(entry, new(OperationKind.Destroy, "an earlier attempt did not end it", lifecycle.DestroyAsync));
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
            rooms.Domains.Change(entry.Uuid, known => known with { ShutdownAsked = null, RebootWanted = false });
        }
    }

    /// <summary>
    /// An HVM guest cannot go on without its device model, so it counts as crashed. Another one has lost its display, or disks in images.
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
                : "The guest goes on without what it served: a display, disks in images, USB devices."
        );
        rooms.Domains.Change(entry.Uuid, known => known with { DeviceModelLost = true });
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
        _ = ActAsync(entry, policy.Choose(entry, reason));
    }

    /// <summary>Takes the domain's turn and acts, unless it changed meanwhile.</summary>
    private async Task ActAsync(DomainEntry seen, PolicyAction action)
    {
        if (!_actedOn.TryAdd(seen.Uuid, true))
        {
            return;
        }
        XendError? failure = null;
        try
        {
            await queues
                .RunAsync(
                    seen.Uuid,
                    seen.Name,
                    action.Kind,
                    Requester.Daemon,
                    async cancellation =>
                    {
                        if (rooms.Domains.Find(seen.Uuid) is { } entry && entry.State == seen.State && entry.Runtime.Id == seen.Runtime.Id)
                        {
                            await action.Act(entry, cancellation).ConfigureAwait(false);
                        }
                        return true;
                    },
                    CancellationToken.None,
                    action.Why
                )
                .ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = Failure.Explain(error, $"{action.Kind} {seen.Name}");
            OperationLog.PolicyFailed(rooms.Log, action.Kind, seen.Name, failure);
        }
        var left = rooms.Domains.Find(seen.Uuid) ?? seen;
        // One that waits for its restart has its pause already.
        var pause =
            failure is null || (left.State == DomainState.Waiting && !policy.IsDue(left))
                ? Task.CompletedTask
                : _backoff.HoldAsync(left, _stop.Token);
        // Held before it is let go of: no look comes between.
        _actedOn.TryRemove(seen.Uuid, out _);
        await pause.ConfigureAwait(false);
        Poke();
    }

    /// <summary>Something is being done for it, or failed a moment ago.</summary>
    private bool IsLeftAlone(DomainEntry entry) => _actedOn.ContainsKey(entry.Uuid) || _backoff.Holds(entry);

    private async Task AdoptForeignAsync(DomainInfo domain, CancellationToken cancellation)
    {
        var name = domain.Dying
            ? null
            : await rooms.Host.Store.ReadAsync($"{DomainNodes.PathOf(domain.Id)}/name", cancellation).ConfigureAwait(false);
        var known = rooms.Domains.Find(domain.Uuid);
        if (known is { Foreign: false })
        {
            return;
        }
        name =
            name is not null && DomainName.IsValid(name)
                ? name
                : rooms.Domains.Dying.Find(domain.Id, domain.Uuid)?.ShownName ?? known?.Name ?? Unnamed(domain);
        if (known?.Name != name || known.Runtime.Id != domain.Id)
        {
            rooms.Domains.Adopt(
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
