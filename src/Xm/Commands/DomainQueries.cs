using Sxp;
using Xm.Connection;

namespace Xm.Commands;

/// <summary>The questions about domains that several commands ask.</summary>
internal static class DomainQueries
{
    /// <summary>One domain, by name, id or UUID. <paramref name="isFull"/> tells whether its devices are wanted.</summary>
    public static SList Domain(this IXend xend, SValue domain, bool isFull = false) =>
        xend.Call("xend.domain", domain, isFull ? 1 : 0) as SList ?? SList.Empty;

    /// <summary>The domains named, in that order, or all in the given state.</summary>
    public static IReadOnlyList<SValue> Domains(this IXend xend, IReadOnlyList<string> names, string state = "all", bool isFull = false) =>
        names.Count > 0
            ? names.Select(name => (SValue)xend.Domain(name, isFull)).ToList()
            : Items(xend.Call("xend.domains_with_state", true, state, isFull ? 1 : 0));

    /// <summary>The names of the domains that run.</summary>
    public static List<string> RunningNames(this IXend xend) =>
        Items(xend.Call("xend.domains", 0)).Select(name => name.AsText() ?? "").ToList();

    /// <summary>The id of a running domain, or null.</summary>
    public static long? Id(this SList domain) => domain.Value("domid").AsInt();

    public static string Name(this SList domain) => domain.Value("name").AsText() ?? "";

    private static IReadOnlyList<SValue> Items(SValue answer) => answer is SList list ? list.Items : [];
}
