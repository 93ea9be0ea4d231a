using System.Collections.Immutable;
using Xend.Hypervisor;

namespace Xend.Domains;

/// <summary>All domains that the daemon knows. Readers get an immutable picture without a lock; writers replace it.</summary>
public sealed class DomainRegistry
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<Guid, DomainEntry> _entries = ImmutableDictionary<Guid, DomainEntry>.Empty;

    /// <summary>Raised with the UUID after an entry was removed.</summary>
    public event Action<Guid>? Removed;

    /// <summary>Domains that were destroyed and that Xen still has.</summary>
    public DyingDomains Dying { get; } = new();

    public ImmutableDictionary<Guid, DomainEntry> Entries => Volatile.Read(ref _entries);

    public DomainEntry? Find(Guid uuid) => Entries.GetValueOrDefault(uuid);

    /// <summary>The entry of a running domain.</summary>
    public DomainEntry? FindById(uint domainId) => Entries.Values.FirstOrDefault(entry => entry.Runtime.Id == domainId);

    /// <summary>
    /// Adds a domain that is about to be created; its name and UUID are taken from then on. Throws where they are already.
    /// </summary>
    public void Reserve(DomainEntry entry)
    {
        lock (_lock)
        {
            foreach (var other in _entries.Values)
            {
                if (other.Name == entry.Name || other.Uuid == entry.Uuid)
                {
                    throw Taken(entry, other);
                }
            }
            Publish(_entries.Add(entry.Uuid, entry));
        }
    }

    /// <summary>Adds or replaces an entry as it was found on the host.</summary>
    public void Adopt(DomainEntry entry)
    {
        lock (_lock)
        {
            Publish(_entries.SetItem(entry.Uuid, entry));
        }
    }

    /// <summary>
    /// Changes an entry. Returns the new one, or null where the domain is not known any more. Throws where it would take another's name.
    /// </summary>
    public DomainEntry? Update(Guid uuid, Func<DomainEntry, DomainEntry> change)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(uuid, out var entry))
            {
                return null;
            }
            var changed = change(entry);
            if (
                changed.Name != entry.Name
                && _entries.Values.FirstOrDefault(other => other.Name == changed.Name && other.Uuid != uuid) is { } holder
            )
            {
                throw NameTaken(changed.Name, holder);
            }
            Publish(_entries.SetItem(uuid, changed));
            return changed;
        }
    }

    public void Remove(Guid uuid)
    {
        lock (_lock)
        {
            Publish(_entries.Remove(uuid));
        }
        Removed?.Invoke(uuid);
    }

    /// <summary>The entry that a user means: by name, then by id, then by UUID.</summary>
    public DomainEntry? Resolve(string reference)
    {
        var entries = Entries;
        // Another toolstack's domain may have the same name; ours are meant first.
        if (entries.Values.Where(entry => entry.Name == reference).MinBy(entry => entry.Foreign) is { } named)
        {
            return named;
        }
        if (uint.TryParse(reference, out var id) && entries.Values.FirstOrDefault(entry => entry.Runtime.Id == id) is { } numbered)
        {
            return numbered;
        }
        return Guid.TryParse(reference, out var uuid) ? entries.GetValueOrDefault(uuid) : null;
    }

    private void Publish(ImmutableDictionary<Guid, DomainEntry> entries) => Volatile.Write(ref _entries, entries);

    private static XendError NameTaken(string name, DomainEntry holder) =>
        new(
            ErrorCode.AlreadyExists,
            $"VM name '{name}' already exists{(holder.Runtime.Id is { } id ? $" as domain {id}" : "")}",
            $"A domain of that name is {holder.State.Describe()}{(holder.Foreign ? "; another toolstack created it" : "")}.",
            "Choose another name."
        );

    private static XendError Taken(DomainEntry wanted, DomainEntry other)
    {
        if (other.Name == wanted.Name && (wanted.Managed || other is { Managed: true, Runtime.Id: null }))
        {
            return NameTaken(wanted.Name, other);
        }
        var where = other.Runtime.Id is { } id ? $" with ID '{id}'" : "";
        return new XendError(
            ErrorCode.AlreadyExists,
            $"Domain '{wanted.Name}' already exists{where}",
            other.Name == wanted.Name
                ? $"A domain of that name is {other.State.Describe()}{(other.Foreign ? "; another toolstack created it" : "")}."
                : $"Domain {other.Name} has the same UUID {wanted.Uuid}.",
            "Choose another name= (and uuid=), or end that domain first."
        );
    }
}
