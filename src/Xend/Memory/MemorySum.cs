using System.Collections.Immutable;
using Xend.Hypervisor;

namespace Xend.Memory;

/// <summary>What is known when the sum is made: Xen's picture of one moment, and what was promised.</summary>
/// <param name="Host">Xen's heap.</param>
/// <param name="Domains">All domains.</param>
/// <param name="Promises">What operations under way were promised, by domain.</param>
/// <param name="Targets">How much memory each domain in our keeping may take by itself, in KiB, by UUID.</param>
/// <param name="Dom0">What dom0 may and may not give.</param>
public sealed record MemoryPicture(
    PhysicalInfo Host,
    IReadOnlyList<DomainInfo> Domains,
    IReadOnlyList<PromisedMemory> Promises,
    IReadOnlyDictionary<Guid, ulong> Targets,
    Dom0Allowance Dom0
);

/// <summary>One promise.</summary>
/// <param name="Domain">The domain that it was made for.</param>
/// <param name="TotalKib">All that the domain is to have.</param>
/// <param name="SpentKib">What was taken for it already and is not counted by Xen as the domain's own: its pool of page tables.</param>
/// <param name="Covered">The pages are there; they need not come from dom0 any more.</param>
public sealed record PromisedMemory(Guid Domain, ulong TotalKib, ulong SpentKib, bool Covered);

/// <param name="MayShrink">enable-dom0-ballooning.</param>
/// <param name="FloorKib">What it keeps at least.</param>
/// <param name="WantedKib">What it was told to grow to; 0 where it was told nothing.</param>
public sealed record Dom0Allowance(bool MayShrink, ulong FloorKib, ulong WantedKib);

/// <summary>The arithmetic of the host's memory, all in KiB. A pure function of a picture.</summary>
/// <remarks>
/// Pages of a promise that its domain has by now (or that Xen holds as a claim for it) are counted there and not twice. A guest that is
/// below
/// its target may take the rest at any time, so that is spoken for as well.
/// </remarks>
public sealed record MemorySum
{
    public required ulong FreeKib { get; init; }

    /// <summary>Freed, and being wiped; Xen gives such pages out all the same.</summary>
    public required ulong ScrubKib { get; init; }

    /// <summary>Claims in Xen, of any toolstack.</summary>
    public required ulong ClaimedKib { get; init; }

    /// <summary>What is still owed of promises, whether dom0 has given the pages yet or not.</summary>
    public required ulong PromisedKib { get; init; }

    /// <summary>The part of it whose pages are there.</summary>
    public required ulong CoveredKib { get; init; }

    /// <summary>What running guests may still take up to their targets.</summary>
    public required ulong OwedKib { get; init; }

    public required ulong Dom0Kib { get; init; }

    /// <summary>What of <see cref="OwedKib"/> dom0 was told to grow by.</summary>
    public required ulong Dom0GrowthKib { get; init; }

    public required ulong Dom0FloorKib { get; init; }

    /// <summary>What dom0 may be asked for from where it stands; 0 where it must not shrink.</summary>
    public required ulong Dom0MayGiveKib { get; init; }

    /// <summary>Held by domains that are dying: it comes back.</summary>
    public required ulong DyingKib { get; init; }

    private long Present => Signed(FreeKib + ScrubKib) - Signed(ClaimedKib) - Signed(OwedKib);

    /// <summary>What can be promised without dom0; negative while dom0 has to give for promises that were made.</summary>
    public long UnpromisedKib => Present - Signed(PromisedKib);

    /// <summary>What is there beside the promises that are covered.</summary>
    public long UncoveredKib => Present - Signed(CoveredKib);

    /// <summary>What can be promised at all.</summary>
    public ulong AvailableKib => (ulong)Math.Max(0, UnpromisedKib + Signed(Dom0MayGiveKib));

    /// <summary>Where dom0 has to go so that all promises can be kept.</summary>
    public ulong Dom0GoalKib => Dom0Kib - Math.Min(Dom0MayGiveKib, (ulong)Math.Max(0, -UnpromisedKib));

    public static MemorySum Of(MemoryPicture picture)
    {
        // A UUID may stand twice: the old self of a restarting domain is dying. Only what lives counts for a promise.
        var living = picture
            .Domains.Where(domain => !domain.Dying && domain.Id != 0)
            .GroupBy(domain => domain.Uuid)
            .ToDictionary(group => group.Key, group => group.Last());
        var dom0 = picture.Domains.FirstOrDefault(domain => domain.Id == 0)?.CurrentMemoryKib ?? 0;
        var promised = picture.Promises.ToLookup(
            promise => promise.Covered,
            promise => Rest(promise.TotalKib - Math.Min(promise.TotalKib, promise.SpentKib), living.GetValueOrDefault(promise.Domain))
        );
        var underWay = picture.Promises.Select(promise => promise.Domain).ToImmutableHashSet();
        var owed = picture
            .Targets.Where(target => !underWay.Contains(target.Key) && living.GetValueOrDefault(target.Key) is { Shutdown: null })
            .Aggregate(Less(picture.Dom0.WantedKib, dom0), (sum, target) => sum + Rest(target.Value, living[target.Key]));
        return new MemorySum
        {
            FreeKib = picture.Host.FreeMemoryKib,
            ScrubKib = picture.Host.ScrubMemoryKib,
            ClaimedKib = picture.Host.OutstandingMemoryKib,
            CoveredKib = Total(promised[true]),
            PromisedKib = Total(promised[true]) + Total(promised[false]),
            OwedKib = owed,
            Dom0Kib = dom0,
            Dom0GrowthKib = Less(picture.Dom0.WantedKib, dom0),
            Dom0FloorKib = picture.Dom0.FloorKib,
            Dom0MayGiveKib = picture.Dom0.MayShrink ? Less(dom0, picture.Dom0.FloorKib) : 0,
            DyingKib = Total(picture.Domains.Where(domain => domain.Dying).Select(domain => domain.CurrentMemoryKib)),
        };
    }

    /// <summary>What a domain still has to get of a total.</summary>
    public static ulong Rest(ulong totalKib, DomainInfo? domain) =>
        domain is null ? totalKib : Less(totalKib, domain.CurrentMemoryKib + domain.OutstandingMemoryKib);

    private static ulong Less(ulong from, ulong what) => from > what ? from - what : 0;

    private static ulong Total(IEnumerable<ulong> parts) => parts.Aggregate(0ul, (sum, part) => sum + part);

    private static long Signed(ulong kib) => (long)Math.Min(kib, long.MaxValue / 4);
}
