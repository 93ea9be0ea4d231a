namespace Simulation;

/// <summary>A transaction of the simulated store: a copy of the tree, what it looked at, and what to do again on the real one.</summary>
/// <remarks>
/// Conflicts as in C xenstored: a commit fails where any node that was read or written (missing ones and the parents whose list of
/// children changed included) is not of the generation it had at the begin. oxenstored is more lenient; who copes with this copes
/// with that.
/// </remarks>
internal sealed class StoreTransaction(StoreTree store)
{
    private readonly StoreTree _begun = store.Copy();
    private readonly HashSet<string> _accessed = new(StringComparer.Ordinal);
    private readonly List<(Action<StoreTree> Change, StoreEvent Event)> _changes = [];

    public StoreTree View { get; } = store.Copy();

    public void Accessed(string path) => _accessed.Add(path);

    public void Changed(Action<StoreTree> change, StoreEvent happened) => _changes.Add((change, happened));

    /// <summary>Carries the changes out on the store.</summary>
    /// <returns>What happened, or null for a conflict.</returns>
    public IReadOnlyList<StoreEvent>? Commit()
    {
        if (ReferenceEquals(store.Root, _begun.Root))
        {
            store.Adopt(View);
        }
        else if (_accessed.Any(path => _begun.Find(path)?.Generation != store.Find(path)?.Generation))
        {
            return null;
        }
        else
        {
            foreach (var (change, _) in _changes)
            {
                change(store);
            }
        }

        return [.. _changes.Select(change => change.Event)];
    }
}

/// <summary>Something that watches may be for.</summary>
/// <param name="Path">What changed.</param>
/// <param name="Removed">
/// The node that was removed, with what was below it: a watch on a node of these fires too, with its own path.
/// </param>
/// <param name="Before">The node before its permissions were changed.</param>
internal sealed record StoreEvent(string Path, StoreNode? Removed = null, StoreNode? Before = null);
