using System.Globalization;
using System.Text;
using Sxp;

namespace Xm.Output;

/// <summary>The table of <c>xm vcpu-list</c>.</summary>
internal static class VcpuTable
{
    public static string Header => Line("Name", "ID", "VCPU", "CPU", "State", PythonText.Right("Time(s)", 9), "CPU Affinity");

    /// <summary>The lines of one domain, of xend's answer to getVCPUInfo.</summary>
    /// <param name="hostCpus">The number of CPUs of the host.</param>
    public static IEnumerable<string> Rows(SValue answer, long hostCpus)
    {
        var domain = answer as SList ?? SList.Empty;
        var name = domain.Value("name").AsText() ?? "";
        var id = domain.Value("domid").AsText() ?? "";
        foreach (var vcpu in domain.Children("vcpu"))
        {
            var cpu = vcpu.Value("cpu").AsInt() ?? -1;
            // An xend may report -1 for a virtual CPU that is offline; only a domain that does not run has neither CPU nor state.
            var isOffline = id.Length > 0 && vcpu.Value("online").AsFlag() != true;
            yield return Line(
                name,
                id,
                vcpu.Value("number").AsText() ?? "",
                isOffline ? "-"
                    : cpu < 0 ? ""
                    : cpu.ToString(CultureInfo.InvariantCulture),
                isOffline ? "--p"
                    : cpu < 0 ? ""
                    : State(vcpu),
                " " + PythonText.Right(PythonText.Tenths(vcpu.Value("cpu_time").AsDouble() ?? 0), 8),
                Affinity(vcpu.Value("cpumap"), hostCpus)
            );
        }
    }

    private static string State(SList vcpu) =>
        (vcpu.Value("running").AsFlag() == true ? "r" : "-") + (vcpu.Value("blocked").AsFlag() == true ? "b" : "-") + "-";

    /// <summary>Ranges of CPU numbers, without those that the host does not have.</summary>
    private static string Affinity(SValue? map, long hostCpus)
    {
        var cpus = new SortedSet<long>();
        foreach (var item in (map as SList)?.Items ?? [])
        {
            if (item.AsInt() is { } cpu && cpu < hostCpus)
            {
                cpus.Add(cpu);
            }
        }
        if (cpus.Count == 0)
        {
            return "no cpus";
        }
        return cpus.Count == hostCpus ? "any cpu" : Ranges(cpus);
    }

    private static string Ranges(SortedSet<long> cpus)
    {
        var text = new StringBuilder();
        long first = -2,
            last = -2;
        foreach (var cpu in cpus.Append(long.MaxValue))
        {
            if (cpu == last + 1)
            {
                last = cpu;
                continue;
            }
            if (last >= 0)
            {
                text.Append(text.Length > 0 ? "," : "").Append(first);
                text.Append(last > first ? $"-{last}" : "");
            }
            first = last = cpu;
        }
        return text.ToString();
    }

    private static string Line(string name, string id, string number, string cpu, string state, string time, string affinity) =>
        $"{PythonText.Left(name, 32)} {PythonText.Right(id, 5)} {PythonText.Right(number, 5)} {PythonText.Right(cpu, 5)} "
        + $"{PythonText.Right(state, 5)} {time} {affinity}";
}
