using System.Collections.Immutable;

namespace Xend.Domains;

/// <summary>
/// All domains that the daemon knows: in memory, in the records of those that run, and in the files of those in its keeping.
/// </summary>
/// <remarks>
/// Readers get an immutable picture without a lock. Who changes a domain changes all of these at once: what is kept on disk is written
/// first, and where that fails nothing has changed. Writers of one domain come one after the other, so that what is written last is what
/// holds; a slow disk that holds up one domain holds up no other.
/// </remarks>
public sealed class DomainStore(IDomainFiles files)
{
    /// <summary>Guards the picture, the names that are about to be taken, and who follows. Never held while a file is written.</summary>
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Writers> _writers = [];
    private readonly Dictionary<string, Guid> _promisedNames = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _uncertain = [];
    private ImmutableDictionary<Guid, DomainEntry> _entries = ImmutableDictionary<Guid, DomainEntry>.Empty;
    private ImmutableList<DomainChanges> _followers = [];

    /// <summary>Domains that were destroyed and that Xen still has.</summary>
    public DyingDomains Dying { get; } = new();

    /// <summary>What is on disk.</summary>
    public IDomainFiles Files => files;

    public ImmutableDictionary<Guid, DomainEntry> Entries => Volatile.Read(ref _entries);

    public DomainEntry? Find(Guid uuid) => Entries.GetValueOrDefault(uuid);

    /// <summary>The entry of a running domain.</summary>
    public DomainEntry? FindById(uint domainId) => Entries.Values.FirstOrDefault(entry => entry.Runtime.Id == domainId);

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

    /// <summary>Tells of every change from now on, in the order in which they are made.</summary>
    /// <param name="domain">The domain that is of interest; null for all.</param>
    public DomainChanges Follow(Guid? domain = null)
    {
        var changes = new DomainChanges(domain, Forget);
        lock (_lock)
        {
            _followers = _followers.Add(changes);
        }
        return changes;
    }

    /// <summary>Adds a domain that is about to be made; its name and UUID are taken from then on.</summary>
    /// <exception cref="XendError">They are already, or what is to be kept of it cannot be written.</exception>
    public void Reserve(DomainEntry entry)
    {
        lock (_lock)
        {
            if ((Find(entry.Uuid) ?? HolderOf(entry.Name, entry.Uuid)) is { } other)
            {
                throw DomainNames.Taken(entry, other);
            }
            _promisedNames[entry.Name] = entry.Uuid;
        }
        // Of two who want the same UUID and name, one comes second here.
        Write(entry.Uuid, known => known is null ? entry : throw DomainNames.Taken(entry, known), promised: entry.Name);
    }

    /// <summary>Adds or replaces an entry as it was found on the host.</summary>
    public void Adopt(DomainEntry entry) => Write(entry.Uuid, _ => entry);

    /// <summary>Adds or replaces an entry as it was found on disk; nothing is written.</summary>
    public void TakeBack(DomainEntry entry)
    {
        lock (_lock)
        {
            Publish(entry.Uuid, Find(entry.Uuid), entry);
        }
    }

    /// <summary>
    /// Changes a domain: writes what is kept of it, where that is another than before, and then shows it. Returns the new entry, or null
    /// where the domain is not known any more; nothing is written then.
    /// </summary>
    /// <param name="uuid">The domain.</param>
    /// <param name="change">From the entry as it is now. No other change of the domain comes between.</param>
    /// <exception cref="XendError">It would take another's name, or cannot be read again. Nothing has changed.</exception>
    /// <exception cref="IOException">It cannot be written. Nothing has changed.</exception>
    public DomainEntry? Change(Guid uuid, Func<DomainEntry, DomainEntry> change) =>
        Write(uuid, known => known is null ? null : change(known));

    /// <summary>Shows what is under way on a domain, null for nothing. That is in memory only.</summary>
    public void ShowOperation(Guid uuid, Func<RunningOperation?, RunningOperation?> change)
    {
        lock (_lock)
        {
            if (Find(uuid) is { } known)
            {
                Publish(uuid, known, known with { Operation = change(known.Operation) });
            }
        }
    }

    /// <summary>Writes a domain's files anew, whatever is in them: somebody else may have changed or removed them.</summary>
    public void Rewrite(Guid uuid)
    {
        lock (_lock)
        {
            _uncertain.Add(uuid);
        }
        Change(uuid, known => known);
    }

    /// <summary>Forgets a domain, with all that is kept of it.</summary>
    public void Remove(Guid uuid) => Write(uuid, _ => null);

    private DomainEntry? Write(Guid uuid, Func<DomainEntry?, DomainEntry?> change, string? promised = null)
    {
        var writers = Enter(uuid);
        try
        {
            lock (writers.Turn)
            {
                var before = Find(uuid);
                var after = change(before);
                if (before is not null && after is not null && after.Name != before.Name && !after.Foreign)
                {
                    PromiseName(after.Name, uuid);
                    promised = after.Name;
                }
                Keep(uuid, before, after);
                return Show(uuid, after);
            }
        }
        finally
        {
            Leave(uuid, writers, promised);
        }
    }

    /// <summary>Writes what differs. Where that fails, the files are what they were, or are written anew by the next change.</summary>
    private void Keep(Guid uuid, DomainEntry? before, DomainEntry? after)
    {
        try
        {
            if (after is not null)
            {
                files.Write(IsUncertain(uuid) ? null : before, after);
            }
            else if (before is not null)
            {
                files.Remove(before);
            }
            SetUncertain(uuid, false);
        }
        catch
        {
            SetUncertain(uuid, !TryPutBack(before, after));
            throw;
        }
    }

    /// <summary>One of a domain's two files may have been written before the other could not be.</summary>
    private bool TryPutBack(DomainEntry? before, DomainEntry? failed)
    {
        try
        {
            if (before is not null)
            {
                files.Write(failed, before);
            }
            else if (failed is not null)
            {
                files.Remove(failed);
            }
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or XendError)
        {
            return false;
        }
    }

    private DomainEntry? Show(Guid uuid, DomainEntry? after)
    {
        lock (_lock)
        {
            var before = Find(uuid);
            if (before is not null && after is not null)
            {
                // What is under way is shown without a turn, so it may be another by now.
                after = after with { Operation = before.Operation };
            }
            Publish(uuid, before, after);
            return after;
        }
    }

    private void Publish(Guid uuid, DomainEntry? before, DomainEntry? after)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }
        Volatile.Write(ref _entries, after is null ? _entries.Remove(uuid) : _entries.SetItem(uuid, after));
        foreach (var follower in _followers)
        {
            follower.Tell(new DomainChange(uuid, before, after));
        }
    }

    private void PromiseName(string name, Guid uuid)
    {
        lock (_lock)
        {
            if (HolderOf(name, uuid) is { } holder)
            {
                throw DomainNames.NameTaken(name, holder);
            }
            _promisedNames[name] = uuid;
        }
    }

    /// <summary>Another domain that has the name, or is about to have it.</summary>
    private DomainEntry? HolderOf(string name, Guid uuid) =>
        _entries.Values.FirstOrDefault(other => other.Name == name && other.Uuid != uuid)
        ?? (_promisedNames.TryGetValue(name, out var taker) && taker != uuid ? new DomainEntry { Uuid = taker, Name = name } : null);

    private bool IsUncertain(Guid uuid)
    {
        lock (_lock)
        {
            return _uncertain.Contains(uuid);
        }
    }

    private void SetUncertain(Guid uuid, bool uncertain)
    {
        lock (_lock)
        {
            _ = uncertain ? _uncertain.Add(uuid) : _uncertain.Remove(uuid);
        }
    }

    private Writers Enter(Guid uuid)
    {
        lock (_lock)
        {
            if (!_writers.TryGetValue(uuid, out var writers))
            {
                _writers[uuid] = writers = new Writers();
            }
            writers.Count++;
            return writers;
        }
    }

    private void Leave(Guid uuid, Writers writers, string? promised)
    {
        lock (_lock)
        {
            if (promised is not null)
            {
                _promisedNames.Remove(promised);
            }
            if (--writers.Count == 0)
            {
                _writers.Remove(uuid);
            }
        }
    }

    private void Forget(DomainChanges follower)
    {
        lock (_lock)
        {
            _followers = _followers.Remove(follower);
        }
    }

    /// <summary>Those who are at work on one domain's entry, and those who wait for that.</summary>
    private sealed class Writers
    {
        public Lock Turn { get; } = new();

        public int Count { get; set; }
    }
}
