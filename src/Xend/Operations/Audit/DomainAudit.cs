using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Audit;

/// <summary>Domains of Xen against what the daemon keeps of them.</summary>
internal static class DomainAudit
{
    public static IEnumerable<Discrepancy> Compare(OperationRooms rooms, PresentDomains present, StoreAudit store)
    {
        foreach (var info in present.Domains.Where(info => info.Id != 0))
        {
            var entry = rooms.Domains.Find(info.Uuid);
            if (present.IsBusy(info.Uuid))
            {
                continue;
            }
            if (info.Dying)
            {
                var held = DomainDeath.HoldersOf(rooms.Host, info.Id);
                var name = rooms.Domains.Dying.Find(info.Id, info.Uuid)?.Name ?? entry?.Name ?? info.Uuid.ToString();
                yield return new Discrepancy(
                    new AuditFinding(
                        "domain",
                        $"{info.Id}",
                        $"{name} was destroyed, and Xen keeps it with {info.CurrentMemoryKib} KiB: held by "
                            + $"{(held.IsEmpty ? "something that cannot be seen from here" : string.Join(", ", held))}",
                        null
                    ),
                    null
                );
            }
            else if (!store.DomainsWithNodes.Contains(info.Id))
            {
                yield return new Discrepancy(
                    new AuditFinding(
                        "domain",
                        $"{info.Id}",
                        $"{entry?.Name ?? info.Uuid.ToString()} has no nodes in xenstore: nobody finished making it, or somebody "
                            + $"removed them; xm destroy {info.Id} ends it",
                        null
                    ),
                    null
                );
            }
            else if (
                entry is { Foreign: false, State: DomainState.Running }
                && entry.Runtime.Id == info.Id
                && !rooms.Domains.Files.HasRecord(info.Uuid)
            )
            {
                yield return new Discrepancy(
                    new AuditFinding(
                        "file",
                        info.Uuid.ToString(),
                        $"{entry.Name} runs and has no record: the next xend would not know it",
                        "writes it"
                    ),
                    _ =>
                    {
                        rooms.Domains.Rewrite(entry.Uuid);
                        return Task.FromResult<string?>(null);
                    }
                );
            }
        }
    }
}
