using Sxp;
using Xm.CommandLine;
using Xm.Connection;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm list</c></summary>
internal sealed class ListCommand : Command
{
    public override int Run(CommandCall call)
    {
        var isLong = false;
        var hasLabels = false;
        var wantsVcpus = false;
        var state = "all";
        string? pool = null;
        var (options, names) = call.Options("lv", "long", "vcpus", "label", "state=", "pool=");
        foreach (var option in options)
        {
            switch (option.Key)
            {
                case "-l" or "--long":
                    isLong = true;
                    break;
                case "-v" or "--vcpus":
                    wantsVcpus = true;
                    break;
                case "--label":
                    hasLabels = true;
                    break;
                case "--state":
                    state = option.Value;
                    break;
                case "--pool":
                    pool = option.Value;
                    break;
            }
        }
        if (state != "all" && names.Count > 0)
        {
            throw new UsageError("You may specify either a state or a particular VM, but not both") { Closing = "" };
        }
        if (pool?.Length > 0 && names.Count > 0)
        {
            throw new UsageError("You may specify either a pool or a particular VM, but not both") { Closing = "" };
        }
        if (wantsVcpus)
        {
            call.Errors.WriteLine("xm list -v is deprecated.  Please use xm vcpu-list.");
            return VcpuListCommand.Print(call, names);
        }
        var domains = Ordered(call.Xend.Domains(names, state, isLong), pool, isInOrder: names.Count > 0);
        if (isLong)
        {
            foreach (var domain in domains)
            {
                call.Out.Write(SxpWriter.Pretty(domain.Answer));
            }
        }
        else if (hasLabels)
        {
            PrintLabels(call, domains.Select(domain => domain.Row));
        }
        else
        {
            Print(call, domains.Select(domain => domain.Row));
        }
        return 0;
    }

    /// <summary>Domains by id, those that do not run last and by name; but in the caller's order where names were given.</summary>
    private static List<(SValue Answer, DomainRow Row)> Ordered(IReadOnlyList<SValue> answers, string? pool, bool isInOrder)
    {
        var domains = new List<(SValue Answer, DomainRow Row)>(answers.Count);
        foreach (var answer in answers)
        {
            if (string.IsNullOrEmpty(pool) || (answer as SList)?.Value("pool_name").AsText() == pool)
            {
                domains.Add((answer, DomainRow.Of(answer)));
            }
        }
        if (!isInOrder)
        {
            domains.Sort(
                static (a, b) =>
                    a.Row.Order != b.Row.Order ? a.Row.Order.CompareTo(b.Row.Order) : string.CompareOrdinal(a.Row.Name, b.Row.Name)
            );
        }
        return domains;
    }

    private static void Print(CommandCall call, IEnumerable<DomainRow> rows)
    {
        call.Out.WriteLine(DomainTable.Header);
        foreach (var row in rows)
        {
            call.Out.WriteLine(DomainTable.Row(row));
        }
    }

    private static void PrintLabels(CommandCall call, IEnumerable<DomainRow> rows)
    {
        call.Out.WriteLine(DomainTable.LabelHeader);
        var labelled = rows.Select(row => row.Label.Length > 0 ? row : row with { Label = Label(call, row.Name) }).ToList();
        foreach (var row in labelled.OrderBy(row => row.Label.ToLowerInvariant(), StringComparer.Ordinal))
        {
            call.Out.WriteLine(DomainTable.LabelRow(row));
        }
    }

    private static string Label(CommandCall call, string name)
    {
        try
        {
            return (call.Xend.Call("xend.security.get_domain_label", name).AsText() ?? "").TrimStart('\'');
        }
        catch (XendFault)
        {
            // No security module, no label.
            return "";
        }
    }
}
