using Xend.Hypervisor;

namespace Xend.Domains;

/// <summary>
/// Joins what the daemon knows with what Xen says now. One hypercall; no lock is held, no queue is waited for, xenstore is not asked.
/// </summary>
public sealed class DomainListing(DomainStore store, HostServices host)
{
    /// <summary>All domains by id. The second value is false where Xen has a domain that the daemon does not know yet.</summary>
    public (IReadOnlyList<DomainView> Views, bool Complete) ListAll()
    {
        var domains = host.Hypervisor.ListDomains();
        // Read after the hypercall: a domain that Xen lists was in the store before it was created.
        var entries = store.Entries;
        var views = new List<DomainView>(domains.Count + 1);
        var complete = true;
        var shown = new HashSet<Guid>();
        foreach (var domain in domains)
        {
            var entry = entries.GetValueOrDefault(domain.Uuid);
            if (domain.Dying && store.Dying.Find(domain.Id, domain.Uuid) is { } dying)
            {
                views.Add(Join(Remains(dying), domain));
                continue;
            }
            if (entry is null)
            {
                complete = false;
                entry = new DomainEntry
                {
                    Uuid = domain.Uuid,
                    Name = "Domain-Unnamed",
                    Runtime = new DomainRuntime(domain.Id),
                };
            }
            else if (entry.Runtime.Id != domain.Id && entry.State is not (DomainState.Creating or DomainState.Restarting))
            {
                // The remains of an earlier domain of that UUID, still dying.
                continue;
            }
            if (shown.Add(domain.Uuid))
            {
                views.Add(Join(entry, domain));
            }
        }
        foreach (var entry in entries.Values)
        {
            if (!shown.Contains(entry.Uuid) && StaysListed(entry))
            {
                views.Add(Join(entry, null));
            }
        }
        views.Sort(
            (left, right) =>
                (left.Id ?? uint.MaxValue).CompareTo(right.Id ?? uint.MaxValue) is var byId and not 0
                    ? byId
                    : string.CompareOrdinal(left.Name, right.Name)
        );
        return (views, complete);
    }

    public DomainView View(DomainEntry entry)
    {
        var info = entry.Runtime.Id is { } id ? host.Hypervisor.FindDomain(id) : null;
        return Join(entry, info?.Uuid == entry.Uuid ? info : null);
    }

    /// <summary>
    /// A domain that Xen has forgotten is listed until what it held is released, while it is being restarted, and for good where it is
    /// managed.
    /// </summary>
    private static bool StaysListed(DomainEntry entry) =>
        entry is { Managed: true } or { Foreign: false, State: DomainState.Destroying or DomainState.Restarting or DomainState.Waiting };

    /// <summary>What is left of a domain that was destroyed: nobody's any more.</summary>
    private static DomainEntry Remains(DyingDomain dying) =>
        new()
        {
            Uuid = dying.Uuid,
            Name = dying.ShownName,
            Runtime = new DomainRuntime(dying.Id),
            State = DomainState.Destroying,
        };

    private static bool IsEnding(DomainEntry entry, DomainInfo? info) =>
        !entry.Foreign
        && entry.State != DomainState.Preserved
        && (
            entry.State is DomainState.Destroying or DomainState.Restarting or DomainState.Waiting
            || info is { Shutdown: not null } or { Dying: true }
        );

    private DomainView Join(DomainEntry entry, DomainInfo? info)
    {
        var id = info?.Id ?? entry.Runtime.Id;
        info ??= id is { } gone
            ? new DomainInfo
            {
                Id = gone,
                Uuid = entry.Uuid,
                Dying = true,
            }
            : null;
        return new DomainView
        {
            Name = entry.Name,
            Uuid = entry.Uuid,
            Id = id,
            Config = entry.Config,
            Info = info,
            Foreign = entry.Foreign && id != 0,
            MemoryMib = entry.Config?.MemoryMib ?? (info?.CurrentMemoryKib ?? 0) / 1024,
            MaxMemoryMib = entry.Config?.MaxMemoryMib ?? Math.Min((info?.MaxMemoryKib ?? 0) / 1024, 16777215),
            Vcpus = entry.Config?.Vcpus ?? info?.VcpuCount ?? 0,
            StartTime = entry.Runtime.StartTime ?? entry.LastStart,
            StoreFrame = entry.Runtime.StoreFrame,
            ConsoleFrame = entry.Runtime.ConsoleFrame,
            ConsolePort = entry.Runtime.ConsolePort,
            Vnc = entry.Runtime.Vnc,
            Terminals = entry.Runtime.Terminals,
            Ending = IsEnding(entry, info),
            Restarting = entry.State == DomainState.Restarting,
            Suspended = entry.State == DomainState.Suspended,
            Note = entry.Note,
            PausedByAdmin = entry.PausedByAdmin,
            HeldBy = info is { Dying: true } ? store.Dying.Find(info.Id, info.Uuid)?.Holders : null,
            Operation = entry.Operation?.Describe(host.Clock.GetUtcNow()),
        };
    }
}
