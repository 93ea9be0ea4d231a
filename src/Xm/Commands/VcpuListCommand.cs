using Sxp;
using Xm.Connection;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm vcpu-list</c></summary>
internal sealed class VcpuListCommand : Command
{
    public override int Run(CommandCall call) => Print(call, call.Arguments);

    /// <summary>Prints the virtual CPUs of the named domains, or of all.</summary>
    public static int Print(CommandCall call, IReadOnlyList<string> names)
    {
        var domains =
            names.Count > 0 ? names.Select(name => (SValue)name).ToList()
            : call.Xend.Call("xend.domains_with_state", false, "all", false) is SList all ? all.Items.ToList()
            : [];
        // Everything is asked for before anything is printed: an unknown name prints nothing else.
        var answers = new List<SValue>();
        foreach (var domain in domains)
        {
            try
            {
                answers.Add(call.Xend.Call("xend.domain.getVCPUInfo", domain));
            }
            catch (XendFault fault) when (fault.Code == XendFault.InvalidDomain && names.Count == 0)
            {
                // It ended while we were asking.
            }
        }
        var hostCpus = answers.Count > 0 ? HostCpus(call) : 0;
        call.Out.WriteLine(VcpuTable.Header);
        foreach (var answer in answers)
        {
            foreach (var row in VcpuTable.Rows(answer, hostCpus))
            {
                call.Out.WriteLine(row);
            }
        }
        return 0;
    }

    private static long HostCpus(CommandCall call) =>
        (call.Xend.Call("xend.node.info") as SList)?.Value("nr_cpus").AsInt() ?? long.MaxValue;
}
