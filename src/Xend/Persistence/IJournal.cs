namespace Xend.Persistence;

/// <summary>What is under way, written where the daemon's death does not reach it.</summary>
public interface IJournal
{
    /// <summary>Opens an entry before an operation does anything.</summary>
    IJournalEntry Open(string operation, Guid domain, string name);

    /// <summary>The entries that an earlier daemon left: operations that it did not end.</summary>
    IReadOnlyList<UnfinishedOperation> ReadUnfinished();

    /// <summary>Takes the entry of an unfinished operation up again, to end it.</summary>
    IJournalEntry Continue(UnfinishedOperation operation);
}

/// <summary>The entry of one operation. Disposing it says that the operation ended, one way or the other.</summary>
public interface IJournalEntry : IDisposable
{
    /// <summary>Notes that a step is about to start.</summary>
    void StepStarts(string step);

    /// <summary>Notes the id that Xen gave the domain.</summary>
    void DomainCreated(uint domainId);

    /// <summary>Something could not be undone: the entry stays, and the daemon's next start tries again.</summary>
    void KeepForNextStart();
}

/// <param name="Path">The file.</param>
/// <param name="Operation">create, destroy, restart.</param>
/// <param name="Domain">The domain's UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="DomainId">The id, where the operation had got so far.</param>
/// <param name="LastStep">The step that was under way; null before the first.</param>
public sealed record UnfinishedOperation(string Path, string Operation, Guid Domain, string Name, uint? DomainId, string? LastStep);
