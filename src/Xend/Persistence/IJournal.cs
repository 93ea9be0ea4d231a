using System.Collections.Immutable;
using Xend.Domains;

namespace Xend.Persistence;

/// <summary>What is under way, written where the daemon's death does not reach it.</summary>
public interface IJournal
{
    /// <summary>Opens an entry before an operation does anything.</summary>
    IJournalEntry Open(OperationKind kind, Guid domain, string name);

    /// <summary>
    /// The entries of operations that have not ended: for a daemon that starts, those that an earlier one left. Nothing is written or
    /// removed.
    /// </summary>
    IReadOnlyList<UnfinishedOperation> ReadUnfinished();

    /// <summary>
    /// Removes entries that say nothing, of a daemon that died before it wrote into them. Only before the first operation.
    /// </summary>
    void RemoveEmpty();

    /// <summary>Removes the entries of a domain that were opened before the given one.</summary>
    void ForgetEarlier(Guid domain, IJournalEntry than);

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

    /// <summary>Notes what the next daemon needs to know; a later note of that name takes its place.</summary>
    void Remember(string name, string value);

    /// <summary>Something could not be undone: the entry stays, and the daemon's next start tries again.</summary>
    void KeepForNextStart();
}

/// <param name="Path">The file.</param>
/// <param name="Operation">create, destroy, restart; a daemon of another version may have known others.</param>
/// <param name="Domain">The domain's UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="DomainId">The id, where the operation had got so far.</param>
/// <param name="LastStep">The step that was under way; null before the first.</param>
public sealed record UnfinishedOperation(string Path, string Operation, Guid Domain, string Name, uint? DomainId, string? LastStep)
{
    /// <summary>What <see cref="IJournalEntry.Remember"/> noted.</summary>
    public ImmutableDictionary<string, string> Notes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>null for a kind that this version does not know.</summary>
    public OperationKind? Kind => OperationKind.Find(Operation);
}
