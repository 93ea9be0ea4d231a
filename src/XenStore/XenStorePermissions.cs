using System.Collections.Immutable;
using System.Globalization;

namespace XenStore;

/// <summary>What a domain may do with a node.</summary>
[Flags]
public enum XenStoreAccess
{
    None = 0,
    Read = 1,
    Write = 2,
    Both = Read | Write,
}

/// <summary>One entry of a permission list.</summary>
public readonly record struct XenStorePermission(uint DomainId, XenStoreAccess Access)
{
    /// <summary>The wire form: <c>n</c>, <c>r</c>, <c>w</c> or <c>b</c>, then the domain id.</summary>
    public override string ToString() => Letters[(int)Access] + DomainId.ToString(CultureInfo.InvariantCulture);

    /// <summary>One entry from its wire form; null where it is none.</summary>
    public static XenStorePermission? FromWire(string text) =>
        text.Length > 1
        && Letters.IndexOf(text[0]) is >= 0 and var access
        && uint.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var domain)
            ? new(domain, (XenStoreAccess)access)
            : null;

    private const string Letters = "nrwb";
}

/// <summary>The permissions of a node. The first entry names the owner (who may do everything) and what everybody else may do.</summary>
public sealed record XenStorePermissions(ImmutableArray<XenStorePermission> Entries)
{
    /// <summary><c>n0</c>: dom0 alone.</summary>
    public static XenStorePermissions Dom0Only { get; } = Owner(0);

    /// <summary>The domain's own node; nobody else may use it (dom0 always may): <c>nD</c>.</summary>
    public static XenStorePermissions Owner(uint domainId) => new([new(domainId, XenStoreAccess.None)]);

    /// <summary>Owned by one domain, read by another: <c>nO,rR</c>.</summary>
    public static XenStorePermissions OwnedAndReadBy(uint owner, uint reader) =>
        new([new(owner, XenStoreAccess.None), new(reader, XenStoreAccess.Read)]);

    /// <summary>A list from its wire form; null where it is empty or an entry cannot be understood.</summary>
    public static XenStorePermissions? FromWire(IReadOnlyCollection<string> texts)
    {
        var entries = ImmutableArray.CreateBuilder<XenStorePermission>(texts.Count);
        foreach (var text in texts)
        {
            if (XenStorePermission.FromWire(text) is not { } entry)
            {
                return null;
            }

            entries.Add(entry);
        }

        return entries.Count == 0 ? null : new(entries.DrainToImmutable());
    }

    public bool Equals(XenStorePermissions? other) => other is not null && Entries.SequenceEqual(other.Entries);

    public override int GetHashCode() => Entries.Aggregate(0, (hash, entry) => HashCode.Combine(hash, entry));

    /// <summary>As xenstore-ls prints it: <c>n0,r1</c>.</summary>
    public override string ToString() => string.Join(',', Entries);
}
