using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Model.Domains;

/// <summary>Reads <c>cpus</c>: one string for all vCPUs (<c>"0-3,5,^1"</c>), or one string or list of numbers for each.</summary>
public static class CpuListReader
{
    private const int MostCpus = 4096;

    /// <returns>One list for each vCPU; an empty array where nothing is pinned.</returns>
    public static ImmutableArray<ImmutableArray<int>> Read(SList? cpus, SValue? cpu, uint vcpus)
    {
        var extra = cpu is null or SNone or SString { Value: "" } ? "" : cpu + ",";
        var value = cpus is { Count: > 1 } ? cpus[1] : null;
        switch (value)
        {
            case null or SNone when extra.Length == 0:
                return [];
            case null or SNone:
                return ForAll(ParseText(extra), vcpus);
            case SList list:
                return ReadLists(list, vcpus);
            case SString { Value: "" } when extra.Length == 0:
                return [];
            default:
                return ForAll(ParseText(extra + value), vcpus);
        }
    }

    private static ImmutableArray<ImmutableArray<int>> ReadLists(SList list, uint vcpus)
    {
        if (list.Count == 0 || list.Items.All(item => item is SList { Count: 0 } or SString { Value: "" }))
        {
            return [];
        }
        if (list.Count != vcpus)
        {
            throw DomainConfigReader.Invalid("vcpus and the item number of cpus are not same", $"{vcpus} and {list.Count}");
        }
        ImmutableArray<ImmutableArray<int>> lists =
        [
            .. list.Items.Select(item => item is SList numbers ? ParseText(string.Join(',', numbers.Items)) : ParseText(item.ToString())),
        ];
        return lists.All(cpus => cpus.IsEmpty) ? [] : lists;
    }

    private static ImmutableArray<ImmutableArray<int>> ForAll(ImmutableArray<int> cpus, uint vcpus) =>
        cpus.IsEmpty ? [] : [.. Enumerable.Repeat(cpus, (int)vcpus)];

    private static ImmutableArray<int> ParseText(string text)
    {
        // A text may name each CPU many times over; a flag for each bounds the work.
        var isIn = new bool[MostCpus];
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var isOut = part[0] == '^';
            var range = isOut ? part[1..] : part;
            var dash = range.IndexOf('-');
            var first = Number(dash > 0 ? range[..dash] : range, text);
            var last = dash > 0 ? Number(range[(dash + 1)..], text) : first;
            if (last >= first)
            {
                isIn.AsSpan(first, last - first + 1).Fill(!isOut);
            }
        }
        return [.. isIn.Index().Where(cpu => cpu.Item).Select(cpu => cpu.Index)];
    }

    private static int Number(string text, string whole) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostCpus
            ? number
            : throw DomainConfigReader.Invalid(
                $"cpus = {DomainConfigReader.Printable(whole)}: invalid literal for int() with base 10: "
                    + $"'{DomainConfigReader.Printable(text)}'",
                $"A CPU is a number from 0 to {MostCpus - 1}."
            );
}
