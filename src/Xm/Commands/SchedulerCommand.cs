using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Connection;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm sched-credit2</c> and <c>xm sched-credit</c></summary>
internal sealed class SchedulerCommand(string scheduler, bool hasCap) : Command
{
    public static SchedulerCommand Credit2 => new("credit2", hasCap: false);

    public static SchedulerCommand Credit => new("credit", hasCap: true);

    public override int Run(CommandCall call)
    {
        var given = Options(call);
        var running = (call.Xend.Call("xend.node.info") as SList)?.Value("xen_scheduler").AsText();
        if (running is not null && running != scheduler)
        {
            throw new CommandError($"Xen is running with the {running} scheduler");
        }
        var domain = given.GetValueOrDefault("-d");
        var weight = Number(given, "-w");
        var cap = Number(given, "-c");
        if ((weight, cap) is (null, null))
        {
            return Print(call, domain);
        }
        if (domain is null)
        {
            throw new UsageError("No domain given.");
        }
        if (hasCap)
        {
            call.Xend.Call("xend.domain.sched_credit_set", domain, Value(weight), Value(cap));
        }
        else
        {
            call.Xend.Call("xend.domain.sched_credit2_set", domain, Value(weight));
        }
        return 0;
    }

    private Dictionary<string, string> Options(CommandCall call)
    {
        try
        {
            string[] names = hasCap ? ["domain=", "weight=", "cap="] : ["domain=", "weight="];
            var (options, words) = Getopt.Posix(call.Arguments, hasCap ? "d:w:c:" : "d:w:", names);
            if (words.Count > 0)
            {
                throw new UsageError($"Unexpected word: {words[0]}");
            }
            return options
                .GroupBy(option =>
                    option.Key switch
                    {
                        "--domain" => "-d",
                        "--weight" => "-w",
                        "--cap" => "-c",
                        var key => key,
                    }
                )
                .ToDictionary(group => group.Key, group => group.Last().Value);
        }
        catch (GetoptError error)
        {
            throw new UsageError(error.Message);
        }
    }

    private int Print(CommandCall call, string? domain)
    {
        IReadOnlyList<SValue> domains;
        try
        {
            domains = call.Xend.Domains(domain is null ? [] : [domain]);
        }
        catch (XendFault fault) when (fault.Code == XendFault.InvalidDomain)
        {
            throw new UsageError($"Domain '{domain}' does not exist.");
        }
        call.Out.WriteLine(SchedulerTable.Header(hasCap));
        foreach (var row in domains.Select(DomainRow.Of))
        {
            var shares = call.Xend.Call(hasCap ? "xend.domain.sched_credit_get" : "xend.domain.sched_credit2_get", row.Name) as SStruct;
            call.Out.WriteLine(
                SchedulerTable.Row(
                    row.Name,
                    row.Id,
                    shares?.Value("weight").AsInt() ?? 0,
                    hasCap ? shares?.Value("cap").AsInt() ?? 0 : null
                )
            );
        }
        return 0;
    }

    private static int? Number(Dictionary<string, string> given, string key) =>
        !given.TryGetValue(key, out var text) ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UsageError($"Invalid {(key == "-w" ? "weight" : "cap")}: {text}");

    private static SValue Value(int? number) => number is { } value ? value : SNone.Instance;
}
