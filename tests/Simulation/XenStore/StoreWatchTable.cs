using System.Text;
using XenStore;
using XenStore.Wire;

namespace Simulation;

/// <summary>The watches of all connections, by path.</summary>
internal sealed class StoreWatchTable(StoreTree store)
{
    private readonly Dictionary<string, List<StoreWatch>> _byPath = new(StringComparer.Ordinal);

    /// <summary>False where the connection has a watch of the same path and token.</summary>
    public bool Add(StoreWatch watch)
    {
        if (!_byPath.TryGetValue(watch.Path, out var watches))
        {
            _byPath[watch.Path] = watches = [];
        }

        if (watches.Any(known => known.Session == watch.Session && known.Token == watch.Token))
        {
            return false;
        }

        watches.Add(watch);
        watch.Session.WatchCount++;
        return true;
    }

    /// <summary>False where there is no such watch.</summary>
    public bool Remove(StoreSession session, string path, string token) =>
        RemoveWhere(watch => watch.Session == session && watch.Path == path && watch.Token == token) > 0;

    public void RemoveAll(StoreSession session) => RemoveWhere(watch => watch.Session == session);

    public int Count => _byPath.Values.Sum(watches => watches.Count);

    /// <summary>Tells every watch on the path or above it, and with a removal those on the removed nodes below it.</summary>
    public void Fire(StoreEvent happened)
    {
        foreach (var ancestor in Ancestors(happened.Path))
        {
            if (_byPath.TryGetValue(ancestor, out var watches))
            {
                foreach (var watch in watches.Where(watch => MaySee(watch.Session, happened)))
                {
                    Tell(watch, happened.Path);
                }
            }
        }

        if (happened.Removed is { Children.Count: > 0 } removed)
        {
            FireBelow(happened.Path, removed);
        }
    }

    /// <summary>@introduceDomain or @releaseDomain happened.</summary>
    public void FireSpecial(string name)
    {
        if (_byPath.TryGetValue(name, out var watches))
        {
            foreach (var watch in watches.Where(watch => watch.Session.IsPrivileged))
            {
                Tell(watch, name);
            }
        }
    }

    public static void Tell(StoreWatch watch, string path)
    {
        var relative = watch.Given[0] is not ('/' or '@');
        var shown = relative ? path[(watch.Path.Length - watch.Given.Length)..] : path;
        watch.Session.Send(XenStoreMessageType.WatchEvent, 0, 0, Encoding.ASCII.GetBytes($"{shown}\0{watch.Token}\0"));
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        yield return "/";
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }

        if (path.Length > 1)
        {
            yield return path;
        }
    }

    private void FireBelow(string path, StoreNode removed)
    {
        var prefix = path + "/";
        foreach (var (below, watches) in _byPath.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).ToArray())
        {
            var node = removed;
            foreach (var name in below[prefix.Length..].Split('/'))
            {
                node = node?.Children.GetValueOrDefault(name);
            }

            if (node is not null)
            {
                foreach (var watch in watches.Where(watch => watch.Session.IsPrivileged || StoreRights.MayRead(watch.Session, node)))
                {
                    Tell(watch, below);
                }
            }
        }
    }

    /// <summary>A guest hears of a node that it can read, could read before, or whose parent it can read.</summary>
    private bool MaySee(StoreSession session, StoreEvent happened)
    {
        if (session.IsPrivileged)
        {
            return true;
        }

        StoreNode?[] nodes = [happened.Before, happened.Removed, store.Find(happened.Path), store.Find(StoreTree.Parent(happened.Path))];
        return nodes.Any(node => node is not null && StoreRights.MayRead(session, node));
    }

    private int RemoveWhere(Predicate<StoreWatch> match)
    {
        var removed = 0;
        foreach (var (path, watches) in _byPath.ToArray())
        {
            removed += watches.RemoveAll(watch =>
            {
                var matches = match(watch);
                watch.Session.WatchCount -= matches ? 1 : 0;
                return matches;
            });
            if (watches.Count == 0)
            {
                _byPath.Remove(path);
            }
        }

        return removed;
    }
}

/// <summary>What a connection may do with a node.</summary>
internal static class StoreRights
{
    public static bool Owns(StoreSession session, StoreNode node) =>
        session.IsPrivileged || node.Owner == session.Domain || node.Owner == session.Target;

    public static bool MayRead(StoreSession session, StoreNode node) => May(session, node, XenStoreAccess.Read);

    public static bool May(StoreSession session, StoreNode node, XenStoreAccess access) =>
        Owns(session, node) || (Granted(session, node) & access) == access;

    /// <summary>The first entry that names the domain (or its target); the first entry of all where none does.</summary>
    private static XenStoreAccess Granted(StoreSession session, StoreNode node)
    {
        foreach (var entry in node.Permissions.Entries.AsSpan()[1..])
        {
            if (entry.DomainId == session.Domain || entry.DomainId == session.Target)
            {
                return entry.Access;
            }
        }

        return node.Permissions.Entries[0].Access;
    }
}
