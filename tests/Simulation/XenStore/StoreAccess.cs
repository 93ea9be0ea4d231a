using XenStore;

namespace Simulation;

/// <summary>One request's way to the nodes: rights are checked, and a transaction takes note.</summary>
internal sealed class StoreAccess(StoreSession session, StoreTree tree, StoreTransaction? transaction, Action<StoreEvent> happened)
{
    public StoreSession Session => session;

    public StoreTree Tree => tree;

    /// <summary>Finds a node.</summary>
    /// <returns>Null where it was found; else ENOENT, or EACCES where the connection may not even know that.</returns>
    public StoreAnswer? Find(string path, XenStoreAccess wanted, out StoreNode? node)
    {
        transaction?.Accessed(path);
        node = tree.Find(path);
        if (node is not null && StoreRights.May(session, node, wanted))
        {
            return null;
        }

        var missing = node is null && StoreRights.May(session, tree.Deepest(path).Node, wanted);
        node = null;
        return StoreAnswer.Failed(missing ? "ENOENT" : "EACCES");
    }

    /// <summary>How many nodes a write to a path would make.</summary>
    public int MissingLevels(string path) => StoreTree.Names(path).Length - StoreTree.Names(tree.Deepest(path).Path).Length;

    /// <summary>A removal touches the parent's list and everything below.</summary>
    public void Removing(string path, StoreNode node)
    {
        if (transaction is not null)
        {
            transaction.Accessed(StoreTree.Parent(path));
            AccessedBelow(path, node);
        }
    }

    public void Change(Action<StoreTree> change, StoreEvent changed)
    {
        if (transaction is null)
        {
            change(tree);
            happened(changed);
            return;
        }

        for (var at = changed.Path; tree.Find(at) is null; at = StoreTree.Parent(at))
        {
            transaction.Accessed(at);
            transaction.Accessed(StoreTree.Parent(at));
        }

        change(tree);
        transaction.Changed(change, changed);
    }

    private void AccessedBelow(string path, StoreNode node)
    {
        foreach (var (name, child) in node.Children)
        {
            transaction!.Accessed($"{path}/{name}");
            AccessedBelow($"{path}/{name}", child);
        }
    }
}
