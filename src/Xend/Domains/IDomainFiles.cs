namespace Xend.Domains;

/// <summary>What is kept of domains on disk: a record of each that runs, a configuration of each in the daemon's keeping.</summary>
/// <remarks>Used by <see cref="DomainStore"/>, which has only one write a time for a domain.</remarks>
public interface IDomainFiles
{
    /// <summary>The domains in the daemon's keeping, halted or suspended.</summary>
    IReadOnlyList<DomainEntry> LoadManaged();

    /// <summary>The domains that ran, or were between two lives, when they were written down.</summary>
    IReadOnlyList<DomainEntry> LoadRecords();

    /// <summary>Makes the files say what <paramref name="after"/> says. What is the same in both is not written again.</summary>
    /// <param name="before">What the files say now; null where that is not known, and all of them are written.</param>
    /// <param name="after">What they are to say.</param>
    /// <exception cref="XendError">It could not be read again, or not be kept.</exception>
    /// <exception cref="IOException">A record cannot be written.</exception>
    void Write(DomainEntry? before, DomainEntry after);

    /// <summary>Removes all that is kept of a domain.</summary>
    void Remove(DomainEntry entry);

    bool HasRecord(Guid uuid);

    /// <summary>Where a managed domain's memory is while it is suspended.</summary>
    string CheckpointOf(Guid uuid);

    /// <summary>Whether it is there: whoever has it, and does not run, is suspended.</summary>
    bool HasCheckpoint(Guid uuid);

    /// <summary>All files that lie with the records, whatever they are.</summary>
    IReadOnlyList<RecordFile> RecordFiles();
}

/// <param name="Path">The file.</param>
/// <param name="Domain">The domain that its name says it is the record of; null where it is no record's name.</param>
public sealed record RecordFile(string Path, Guid? Domain);
