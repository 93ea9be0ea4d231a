using System.Collections.Immutable;

namespace Xend.Domains;

/// <summary>Domains that were destroyed and that Xen still lists as dying: something in dom0 holds pages of theirs.</summary>
/// <remarks>Their names are free again; they are shown as old xend showed them, as Zombie-NAME, with what holds them.</remarks>
public sealed class DyingDomains
{
    private ImmutableDictionary<uint, DyingDomain> _domains = ImmutableDictionary<uint, DyingDomain>.Empty;

    public IEnumerable<DyingDomain> All => Volatile.Read(ref _domains).Values;

    /// <summary>The one of that id, unless another domain has the id by now.</summary>
    public DyingDomain? Find(uint id, Guid uuid) =>
        Volatile.Read(ref _domains).GetValueOrDefault(id) is { } dying && dying.Uuid == uuid ? dying : null;

    public void Set(DyingDomain domain) => ImmutableInterlocked.Update(ref _domains, domains => domains.SetItem(domain.Id, domain));

    public void Remove(uint id) => ImmutableInterlocked.Update(ref _domains, domains => domains.Remove(id));
}

/// <param name="Id">Its id.</param>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Name">The name that it had.</param>
/// <param name="MemoryKib">What of its memory is not freed.</param>
/// <param name="HeldBy">
/// What is known to hold it: "backend vbd/7/51712 in dom0's kernel", "device model (process 812)". Empty where nothing is.
/// </param>
public sealed record DyingDomain(uint Id, Guid Uuid, string Name, ulong MemoryKib, ImmutableArray<string> HeldBy)
{
    public string ShownName => $"Zombie-{Name}";

    public string Holders =>
        HeldBy.IsEmpty
            ? "nothing that can be seen from dom0's files: a mapping of its memory in some process, or a driver domain"
            : string.Join(", ", HeldBy);
}
