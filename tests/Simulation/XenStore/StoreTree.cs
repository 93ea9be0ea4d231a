using System.Collections.Immutable;
using XenStore;

namespace Simulation;

/// <summary>A node of the simulated store. Immutable: a transaction keeps the root it began with.</summary>
/// <param name="Value">The value.</param>
/// <param name="Permissions">Owner first.</param>
/// <param name="Children">By name; sorted, so that listings are the same each time.</param>
/// <param name="Generation">Changes with the value, the permissions and the list of children, not with what is inside a child.</param>
internal sealed record StoreNode(
    byte[] Value,
    XenStorePermissions Permissions,
    ImmutableSortedDictionary<string, StoreNode> Children,
    ulong Generation
)
{
    public static StoreNode New(XenStorePermissions permissions, ulong generation) =>
        new([], permissions, ImmutableSortedDictionary.Create<string, StoreNode>(StringComparer.Ordinal), generation);

    public uint Owner => Permissions.Entries[0].DomainId;
}

/// <summary>The nodes at one time, and how many of them each guest owns (its quota). Copying it is free.</summary>
internal sealed class StoreTree
{
    private ImmutableDictionary<uint, int> _owned;
    private ulong _generation;

    public StoreTree()
    {
        Root = StoreNode.New(XenStorePermissions.Dom0Only, 0);
        _owned = ImmutableDictionary<uint, int>.Empty;
    }

    private StoreTree(StoreTree other)
    {
        Root = other.Root;
        _owned = other._owned;
        _generation = other._generation;
    }

    public StoreNode Root { get; private set; }

    public StoreTree Copy() => new(this);

    /// <summary>Takes the nodes of another tree, which grew out of this one.</summary>
    public void Adopt(StoreTree grown)
    {
        Root = grown.Root;
        _owned = grown._owned;
        _generation = grown._generation;
    }

    public int OwnedBy(uint domain) => _owned.GetValueOrDefault(domain);

    public StoreNode? Find(string path)
    {
        var node = Root;
        foreach (var name in Names(path))
        {
            if (!node.Children.TryGetValue(name, out node!))
            {
                return null;
            }
        }

        return node;
    }

    /// <summary>The deepest node that exists on the way to a path, and its path.</summary>
    public (string Path, StoreNode Node) Deepest(string path)
    {
        while (true)
        {
            if (Find(path) is { } node)
            {
                return (path, node);
            }

            path = Parent(path);
        }
    }

    /// <summary>Sets a value; where the node (or a parent) is missing it is made, with its parent's permissions.</summary>
    /// <param name="path">The node.</param>
    /// <param name="value">The value; null leaves an existing node as it is.</param>
    /// <param name="creator">A guest owns what it creates; what dom0 creates belongs to whom the parent belongs to.</param>
    public void Write(string path, byte[]? value, uint creator)
    {
        _generation++;
        Root = Change(Root, Names(path), 0, creator, node => value is null ? node : node with { Value = value, Generation = _generation });
    }

    public void SetPermissions(string path, XenStorePermissions permissions)
    {
        _generation++;
        Root = Change(Root, Names(path), 0, 0, node =>
        {
            Count(node.Owner, -1);
            Count(permissions.Entries[0].DomainId, +1);
            return node with { Permissions = permissions, Generation = _generation };
        });
    }

    /// <summary>Removes a node that exists, with all below it.</summary>
    public void Remove(string path)
    {
        _generation++;
        var names = Names(path);
        Root = Change(Root, names[..^1], 0, 0, parent =>
        {
            Forget(parent.Children[names[^1]]);
            return parent with { Children = parent.Children.Remove(names[^1]), Generation = _generation };
        });
    }

    /// <summary>The topmost nodes that a domain owns.</summary>
    public IEnumerable<string> TopmostOwnedBy(uint domain) => OwnedBy(domain) == 0 ? [] : TopmostOwnedBy(domain, Root, string.Empty);

    public static string Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    public static string[] Names(string path) => path == "/" ? [] : path[1..].Split('/');

    private static IEnumerable<string> TopmostOwnedBy(uint domain, StoreNode node, string path) =>
        node.Children.SelectMany(child =>
            child.Value.Owner == domain ? [$"{path}/{child.Key}"] : TopmostOwnedBy(domain, child.Value, $"{path}/{child.Key}")
        );

    private StoreNode Change(StoreNode node, string[] names, int at, uint creator, Func<StoreNode, StoreNode> change)
    {
        if (at == names.Length)
        {
            return change(node);
        }

        if (node.Children.TryGetValue(names[at], out var child))
        {
            return node with { Children = node.Children.SetItem(names[at], Change(child, names, at + 1, creator, change)) };
        }

        var inherited = node.Permissions;
        var permissions =
            creator == 0 || inherited.Entries[0].DomainId == creator
                ? inherited
                : new XenStorePermissions(inherited.Entries.SetItem(0, inherited.Entries[0] with { DomainId = creator }));
        child = StoreNode.New(permissions, _generation);
        Count(child.Owner, +1);
        return node with
        {
            Children = node.Children.Add(names[at], Change(child, names, at + 1, creator, change)),
            Generation = _generation,
        };
    }

    private void Forget(StoreNode node)
    {
        Count(node.Owner, -1);
        foreach (var child in node.Children.Values)
        {
            Forget(child);
        }
    }

    private void Count(uint owner, int change)
    {
        if (owner != 0)
        {
            var count = OwnedBy(owner) + change;
            _owned = count == 0 ? _owned.Remove(owner) : _owned.SetItem(owner, count);
        }
    }
}
