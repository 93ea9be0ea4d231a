using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Memory;

/// <summary>
/// The one broker of the host's memory: who is promised a page is sure of it, and where there are enough nobody is refused.
/// </summary>
/// <remarks>
/// Where free memory does not do and dom0 may shrink, the promise is made at once and then waited for: dom0 gives its pages when it likes.
/// The
/// sum itself is <see cref="MemorySum"/>.
/// </remarks>
public sealed class HostMemory(HostServices host, DomainStore store)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks that are made for a picture in which nothing moves.</summary>
    private const int MostLooks = 5;

    private readonly Lock _lock = new();
    private readonly List<MemoryPromise> _promises = [];
    private readonly Dom0Balloon _dom0 = new(host);

    /// <summary>What dom0 is about to be told, in KiB.</summary>
    private ulong _dom0Goal;

    /// <summary>Promises memory, or refuses with the sum. The pages are there when this returns.</summary>
    /// <param name="domain">The domain; pages that it has already are not asked for again.</param>
    /// <param name="name">Its name, for the refusal.</param>
    /// <param name="need">All that it is to have.</param>
    /// <param name="cancellation">Gives up waiting for dom0; the promise is then void.</param>
    public async Task<MemoryPromise> ReserveAsync(Guid domain, string name, MemoryNeed need, CancellationToken cancellation)
    {
        var patience = new ProgressWait(host.Clock, host.Options.Dom0BalloonTimeout);
        MemoryPromise? promise;
        while (!TryPromise(domain, name, need, patience, out promise))
        {
            await Task.Delay(LookEvery, host.Clock, cancellation).ConfigureAwait(false);
        }
        if (!promise!.Promised.Covered)
        {
            try
            {
                await WaitForDom0Async(promise, name, need, cancellation).ConfigureAwait(false);
            }
            catch
            {
                await GiveBackAsync(promise).ConfigureAwait(false);
                throw;
            }
        }
        return promise;
    }

    /// <summary>dom0 itself is to have that much. Pages that it is to grow by are promised to it.</summary>
    public async Task SetDom0TargetAsync(ulong kib, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var sum = Look();
            var more = kib > sum.Dom0Kib ? kib - sum.Dom0Kib : 0;
            // What it was told to grow by before is its own already.
            if (more > (ulong)Math.Max(0, sum.UnpromisedKib + (long)sum.Dom0GrowthKib))
            {
                throw MemoryRefusal.Dom0CannotGrow(more, sum);
            }
            // Before xenstore is told, so that nobody is promised them meanwhile.
            _dom0Goal = kib;
        }
        try
        {
            await _dom0.SetAsync(kib, cancellation).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _dom0Goal = 0;
            }
        }
    }

    /// <summary>The sum as it is now.</summary>
    public MemorySum Sum()
    {
        lock (_lock)
        {
            return Look();
        }
    }

    internal void Spend(MemoryPromise promise, ulong kib)
    {
        lock (_lock)
        {
            promise.Promised = promise.Promised with { SpentKib = promise.Promised.SpentKib + kib };
        }
    }

    internal void Release(MemoryPromise promise)
    {
        lock (_lock)
        {
            _promises.Remove(promise);
        }
    }

    internal async Task GiveBackAsync(MemoryPromise promise)
    {
        ulong back;
        lock (_lock)
        {
            _promises.Remove(promise);
            back = promise.AskedOfDom0Kib;
            promise.AskedOfDom0Kib = 0;
        }
        if (back > 0)
        {
            await _dom0.RaiseAsync(back, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes the promise where there is enough. False where there will be as soon as dying domains are gone; throws where there will not.
    /// </summary>
    private bool TryPromise(Guid domain, string name, MemoryNeed need, ProgressWait patience, out MemoryPromise? promise)
    {
        lock (_lock)
        {
            var sum = Look(domain, out var present);
            var wanted = MemorySum.Rest(need.TotalKib, present);
            promise = null;
            if (wanted > sum.AvailableKib)
            {
                if (wanted <= sum.AvailableKib + sum.DyingKib && patience.Continues(-(long)sum.DyingKib))
                {
                    return false;
                }
                throw MemoryRefusal.Explain(name, need, wanted, sum, host.Options.Dom0Ballooning);
            }
            var covered = (long)wanted <= sum.UnpromisedKib;
            promise = new MemoryPromise(this, new PromisedMemory(domain, need.TotalKib, 0, covered));
            _promises.Add(promise);
            return true;
        }
    }

    /// <summary>Lowers dom0's target and waits for the pages, as long as some come.</summary>
    private async Task WaitForDom0Async(MemoryPromise promise, string name, MemoryNeed need, CancellationToken cancellation)
    {
        var patience = new ProgressWait(host.Clock, host.Options.Dom0BalloonTimeout);
        while (true)
        {
            MemorySum sum;
            ulong wanted;
            lock (_lock)
            {
                sum = Look(promise.Promised.Domain, out var present);
                wanted = MemorySum.Rest(need.TotalKib, present);
                if ((long)wanted <= sum.UncoveredKib)
                {
                    promise.Promised = promise.Promised with { Covered = true };
                    return;
                }
            }
            promise.AskedOfDom0Kib += await _dom0.LowerAsync(sum.Dom0GoalKib, cancellation).ConfigureAwait(false);
            if (!patience.Continues(-(long)sum.Dom0Kib))
            {
                throw MemoryRefusal.Dom0GaveTooLittle(name, need, wanted, sum, _dom0.TargetKib, patience.Patience);
            }
            await Task.Delay(LookEvery, host.Clock, cancellation).ConfigureAwait(false);
        }
    }

    private MemorySum Look() => Look(Guid.Empty, out _);

    /// <summary>The sum, without what <paramref name="domain"/> is owed up to its target.</summary>
    private MemorySum Look(Guid domain, out DomainInfo? present)
    {
        var domains = host.Hypervisor.ListDomains();
        PhysicalInfo physical;
        var looks = 0;
        while (true)
        {
            physical = host.Hypervisor.GetPhysicalInfo();
            var after = host.Hypervisor.ListDomains();
            var still =
                after.Count == domains.Count
                && after
                    .Zip(domains)
                    .All(pair => pair.First.Id == pair.Second.Id && pair.First.CurrentMemoryKib == pair.Second.CurrentMemoryKib);
            if (still || ++looks == MostLooks)
            {
                // The earlier list is the careful one: what a domain got since then is missing in the heap already.
                break;
            }
            domains = after;
        }
        present = domain == Guid.Empty ? null : domains.LastOrDefault(info => info.Uuid == domain && info is { Dying: false });
        var targets = store
            .Entries.Values.Where(entry =>
                entry is { Config: not null, Runtime.Id: not null, State: not DomainState.Destroying } && entry.Uuid != domain
            )
            .ToDictionary(entry => entry.Uuid, entry => MemoryNeed.TargetKib(entry.Config!));
        var options = host.Options;
        return MemorySum.Of(
            new MemoryPicture(
                physical,
                domains,
                [.. _promises.Select(promise => promise.Promised)],
                targets,
                new Dom0Allowance(
                    options.Dom0Ballooning,
                    Math.Max(options.Dom0MinMemoryMib * 1024ul, Dom0Balloon.LeastKib),
                    Math.Max(_dom0Goal, _dom0.GrowingToKib(domains.FirstOrDefault(info => info.Id == 0)?.CurrentMemoryKib ?? 0))
                )
            )
        );
    }
}
