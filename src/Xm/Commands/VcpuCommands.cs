using System.Globalization;
using Xm.CommandLine;

namespace Xm.Commands;

/// <summary><c>xm vcpu-set</c></summary>
internal sealed class VcpuSetCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        if (!int.TryParse(words[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            throw new UsageError($"Invalid number of VCPUs: {words[1]}");
        }
        call.Xend.Call("xend.domain.setVCpuCount", words[0], count);
        return 0;
    }
}

/// <summary><c>xm vcpu-pin</c></summary>
internal sealed class VcpuPinCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(3);
        var words = call.Arguments.Where(word => word != "--").ToArray();
        if (words[1] != "all" && !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new UsageError($"Invalid VCPU: {words[1]}");
        }
        call.Xend.Call("xend.domain.pincpu", words[0], words[1], string.Join(',', CpuSet.Read(words[2])));
        return 0;
    }
}

/// <summary>Physical CPUs as they are written on a command line: <c>0-3,^1,5</c>, or <c>all</c>.</summary>
internal static class CpuSet
{
    /// <summary>What <c>all</c> always stood for. CPUs that the host does not have are left out by xend.</summary>
    private const int All = 64;

    private const int Most = 4096;

    /// <exception cref="UsageError">It is no such list.</exception>
    public static IReadOnlyCollection<int> Read(string text)
    {
        if (text == "all")
        {
            return [.. Enumerable.Range(0, All)];
        }
        var cpus = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var not = part.StartsWith('^');
            var bounds = (not ? part[1..] : part).Split('-');
            var first = Number(bounds[0], text);
            var last = bounds.Length switch
            {
                1 => first,
                2 => Number(bounds[1], text),
                _ => throw Invalid(text),
            };
            for (var cpu = first; cpu <= last; cpu++)
            {
                if (not)
                {
                    cpus.Remove(cpu);
                }
                else
                {
                    cpus.Add(cpu);
                }
            }
        }
        return cpus.Count > 0 ? cpus : throw Invalid(text);
    }

    private static int Number(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Most
            ? number
            : throw Invalid(text);

    private static UsageError Invalid(string text) => new($"Invalid list of CPUs: {text}");
}
