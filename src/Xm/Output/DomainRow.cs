using Sxp;

namespace Xm.Output;

/// <summary>What the tables show of a domain, taken from the s-expression that xend answers.</summary>
/// <param name="Id">The domain id, or "" where the domain is not running.</param>
/// <param name="Memory">In MiB.</param>
/// <param name="Cpus">Those online, or those configured where the domain is not running.</param>
/// <param name="State">Six letters, or "".</param>
/// <param name="CpuSeconds">CPU time used by all virtual CPUs together.</param>
/// <param name="StartTime">Seconds since 1970, or null.</param>
internal sealed record DomainRow(
    string Name,
    string Id,
    long Memory,
    long Cpus,
    string State,
    double CpuSeconds,
    double? StartTime,
    string Label
)
{
    public static DomainRow Of(SValue answer)
    {
        var domain = answer as SList ?? SList.Empty;
        return new DomainRow(
            domain.Value("name").AsText() ?? "??",
            domain.Value("domid").AsText() ?? "",
            domain.Value("memory").AsInt() ?? 0,
            domain.Value("online_vcpus").AsInt() ?? domain.Value("vcpus").AsInt() ?? 0,
            domain.Value("state").AsText() ?? "",
            domain.Value("cpu_time").AsDouble() ?? 0,
            domain.Value("start_time").AsDouble(),
            domain.Value("security_label").AsText() ?? ""
        );
    }

    /// <summary>The id as a number; domains that are not running come last.</summary>
    public long Order => long.TryParse(Id, out var number) ? number : long.MaxValue;
}
