using System.Collections.Immutable;
using System.Globalization;
using Sxp;

namespace Xend.Domains;

/// <summary>Reads <c>cpus</c>: one string for all vCPUs (<c>"0-3,5,^1"</c>), or one string or list of numbers for each.</summary>
internal static class CpuListReader
{
    private const int MostCpus = 4096;

    /// <returns>One list for each vCPU; an empty array where nothing is pinned.</returns>
    public static ImmutableArray<ImmutableArray<int>> Read(SList? cpus, SValue? cpu, uint vcpus)
    {
        var extra = cpu is SInt { Value: >= 0 } single ? single.ToString() + "," : "";
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
            throw DomainConfigReader.Invalid("vcpus and the item number of cpus are not same");
        }
        return [.. list.Items.Select(item => item is SList numbers
            ? ParseText(string.Join(',', numbers.Items))
            : ParseText(item.ToString() ?? ""))];
    }

    private static ImmutableArray<ImmutableArray<int>> ForAll(ImmutableArray<int> cpus, uint vcpus) =>
        cpus.IsEmpty ? [] : [.. Enumerable.Repeat(cpus, (int)vcpus)];

    private static ImmutableArray<int> ParseText(string text)
    {
        var cpus = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part[0] == '^')
            {
                cpus.Remove(Number(part[1..], text));
            }
            else if (part.IndexOf('-') is > 0 and var dash)
            {
                var last = Number(part[(dash + 1)..], text);
                for (var cpu = Number(part[..dash], text); cpu <= last; cpu++)
                {
                    cpus.Add(cpu);
                }
            }
            else
            {
                cpus.Add(Number(part, text));
            }
        }
        return [.. cpus];
    }

    private static int Number(string text, string whole) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostCpus
            ? number
            : throw DomainConfigReader.Invalid(
                $"cpus = {DomainConfigReader.Printable(whole)}: '{DomainConfigReader.Printable(text)}' is not the number of a CPU");
}
