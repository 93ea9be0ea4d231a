using Xend.Domains;

namespace Xend.Persistence;

/// <summary>The files of domains, written only where what is in them changes.</summary>
/// <remarks>
/// The configuration of a managed domain is written before its record: where the daemon dies between the two, it is the newer one.
/// </remarks>
public sealed class DomainFiles(DomainRecords records, ManagedDomains managed) : IDomainFiles
{
    public IReadOnlyList<DomainEntry> LoadManaged() => managed.LoadAll();

    public IReadOnlyList<DomainEntry> LoadRecords() => records.LoadAll();

    public void Write(DomainEntry? before, DomainEntry after)
    {
        if (after.Foreign)
        {
            return;
        }
        if (after.Managed)
        {
            if (before is not { Managed: true } || ManagedDomains.Kept(before) != ManagedDomains.Kept(after))
            {
                managed.Save(after);
            }
        }
        // A file that nobody says is this domain's may be the only copy of somebody's work.
        else if (before is { Managed: true })
        {
            managed.Delete(after.Uuid);
        }
        if (DomainRecords.Kept(after) is not { } record)
        {
            if (before is null || DomainRecords.Kept(before) is not null)
            {
                records.Delete(after.Uuid);
            }
        }
        else if (before is null || DomainRecords.Kept(before) != record)
        {
            records.Save(after);
        }
    }

    public void Remove(DomainEntry entry)
    {
        if (entry.Foreign)
        {
            return;
        }
        records.Delete(entry.Uuid);
        if (entry.Managed)
        {
            managed.Delete(entry.Uuid);
        }
    }

    public bool HasRecord(Guid uuid) => records.Has(uuid);

    public string CheckpointOf(Guid uuid) => managed.CheckpointOf(uuid);

    public bool HasCheckpoint(Guid uuid) => File.Exists(managed.CheckpointOf(uuid));

    public IReadOnlyList<RecordFile> RecordFiles() => records.Files();
}
