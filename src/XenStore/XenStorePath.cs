using System.Buffers;

namespace XenStore;

/// <summary>The rules for paths, checked before anything is sent.</summary>
/// <remarks>
/// docs/misc/xenstore.txt: ASCII letters, digits and <c>-/_@</c>; absolute; no empty element; at most 3072 bytes
/// (XENSTORE_ABS_PATH_MAX). A daemon may be set up to take less and then answers EINVAL; C xenstored comes with 2048 bytes,
/// oxenstored with 1024, not counting <c>/local/domain/N/</c>.
/// </remarks>
public static class XenStorePath
{
    /// <summary>XENSTORE_ABS_PATH_MAX of xs_wire.h, in bytes.</summary>
    public const int AbsoluteMax = 3072;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_@"
    );

    /// <summary>Whether a path names a node.</summary>
    public static bool IsNode(string path) => WhyNotANode(path) is null;

    /// <summary>Whether a path is one of the special ones, @introduceDomain and @releaseDomain, which are watched but not read.</summary>
    public static bool IsSpecial(string path) =>
        path.Length is > 1 and <= AbsoluteMax && path[0] == '@' && !path.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>Whether <paramref name="path"/> is <paramref name="ancestor"/> or below it.</summary>
    public static bool IsSameOrBelow(string path, string ancestor) =>
        ancestor == "/"
            ? path.StartsWith('/')
            : path.StartsWith(ancestor, StringComparison.Ordinal) && (path.Length == ancestor.Length || path[ancestor.Length] == '/');

    /// <exception cref="XenStoreException">EINVAL, with the reason.</exception>
    internal static void RequireNode(string request, string path)
    {
        if (WhyNotANode(path) is { } reason)
        {
            throw Refused(request, path, reason);
        }
    }

    /// <exception cref="XenStoreException">EINVAL, with the reason.</exception>
    internal static void RequireNodeOrSpecial(string request, string path)
    {
        if (!IsSpecial(path))
        {
            RequireNode(request, path);
        }
    }

    /// <summary>oxenstored takes a removal of the root for what it says and empties the store; C xenstored refuses it.</summary>
    /// <exception cref="XenStoreException">EINVAL, with the reason.</exception>
    internal static void RequireRemovable(string request, string path)
    {
        RequireNode(request, path);
        if (path == "/")
        {
            throw Refused(request, path, "the whole store is not removed");
        }
    }

    private static XenStoreException Refused(string request, string path, string reason) =>
        new(request, Shown(path), "EINVAL", reason + "; nothing was sent");

    /// <summary>A refused path may be anything: it is shown short and without control characters.</summary>
    private static string Shown(string path)
    {
        const int Longest = 80;
        var head = path.Length <= Longest ? path : path[..Longest] + "...";
        return head.Any(char.IsControl) ? new string([.. head.Select(letter => char.IsControl(letter) ? '?' : letter)]) : head;
    }

    private static string? WhyNotANode(string path)
    {
        if (path.Length == 0 || path[0] != '/')
        {
            return "a path begins with /";
        }

        if (path.Length > AbsoluteMax)
        {
            return $"a path has at most {AbsoluteMax} bytes, this one has {path.Length}";
        }

        if (path.AsSpan().ContainsAnyExcept(Allowed))
        {
            return "a path is made of ASCII letters, digits, - _ @ and /";
        }

        if (path.Length > 1 && path[^1] == '/')
        {
            return "a path does not end with /";
        }

        return path.Contains("//", StringComparison.Ordinal) ? "a path has no empty element (//)" : null;
    }
}
