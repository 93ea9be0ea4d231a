using System.Globalization;
using Sxp;
using Xend.Host;
using Xend.Hypervisor;

namespace Xend.Api;

/// <summary>The answer of <c>xend.node.info</c>: what <c>xm info</c> prints, in its order.</summary>
/// <remarks>Keys and forms are those of Xen 4.1's XendNode; xm leaves the first pair out.</remarks>
internal static class NodeInfo
{
    /// <summary>The version of the s-expressions; clients look for 4.</summary>
    private const int ConfigFormat = 4;

    /// <summary>The list of pairs.</summary>
    /// <param name="host">What the kernel says.</param>
    /// <param name="physical">What Xen says about the machine.</param>
    /// <param name="xen">What Xen says about itself.</param>
    /// <param name="topology">With <c>cpu_topology</c> and <c>numa_info</c>.</param>
    public static SList Describe(HostName host, PhysicalInfo physical, XenInfo xen, bool topology)
    {
        var pairs = new List<SValue>
        {
            SList.Of("system", host.System),
            SList.Of("host", host.Node),
            SList.Of("release", host.Release),
            SList.Of("version", host.Version),
            SList.Of("machine", host.Machine),
            SList.Of("nr_cpus", physical.CpuCount),
            SList.Of("nr_nodes", physical.NodeCount),
            SList.Of("cores_per_socket", physical.CoresPerSocket),
            SList.Of("threads_per_core", physical.ThreadsPerCore),
            SList.Of("cpu_mhz", physical.CpuKhz / 1000),
            SList.Of(
                "hw_caps",
                string.Join(':', physical.HardwareCapabilities.Select(word => word.ToString("x8", CultureInfo.InvariantCulture)))
            ),
            SList.Of("virt_caps", VirtualizationCapabilities(physical)),
            SList.Of("total_memory", Mib(physical.TotalMemoryKib)),
            SList.Of("free_memory", Mib(physical.FreeMemoryKib)),
            // Old xend counted the CPUs of no pool; all of them are in Pool-0 until pools are handled.
            SList.Of("free_cpus", 0),
        };
        if (topology)
        {
            // Which CPU is which core's does not follow from the counts, and a guess would be believed.
            pairs.Add(SList.Of("cpu_topology", "none"));
            pairs.Add(SList.Of("numa_info", "none"));
        }
        pairs.AddRange([
            SList.Of("xen_major", xen.Major),
            SList.Of("xen_minor", xen.Minor),
            SList.Of("xen_extra", xen.Extra),
            SList.Of("xen_caps", xen.Capabilities),
            SList.Of("xen_scheduler", xen.Scheduler),
            SList.Of("xen_pagesize", xen.PageSize),
            SList.Of("platform_params", string.Create(CultureInfo.InvariantCulture, $"virt_start=0x{xen.VirtualStart:x}")),
            SList.Of("xen_changeset", xen.Changeset),
            SList.Of("xen_commandline", xen.CommandLine),
            SList.Of("cc_compiler", xen.Compiler),
            SList.Of("cc_compile_by", xen.CompiledBy),
            SList.Of("cc_compile_domain", xen.CompileDomain),
            SList.Of("cc_compile_date", xen.CompileDate),
            SList.Of("xend_config_format", ConfigFormat),
        ]);
        return new SList(pairs);
    }

    private static string VirtualizationCapabilities(PhysicalInfo physical) =>
        physical switch
        {
            { HvmAvailable: true, IommuAvailable: true } => "hvm hvm_directio",
            { HvmAvailable: true } => "hvm",
            _ => "",
        };

    private static long Mib(ulong kib) => (long)(kib / 1024);
}

/// <summary>The five words of uname(2).</summary>
public sealed record HostName(string System, string Node, string Release, string Version, string Machine)
{
    /// <summary>This machine's, from /proc/sys/kernel: the same words as uname's, without a call of libc.</summary>
    public static HostName Read() =>
        new(
            Word("ostype", "Linux"),
            Word("hostname", Environment.MachineName),
            Word("osrelease", ""),
            Word("version", ""),
            // The architecture of this program and of the kernel that runs it are the same: there is no 32-bit build.
            global::System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
            {
                global::System.Runtime.InteropServices.Architecture.X64 => "x86_64",
                global::System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
                var other => other.ToString().ToLowerInvariant(),
            }
        );

    private static string Word(string name, string otherwise)
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/" + name).TrimEnd('\n');
        }
        catch (IOException)
        {
            // A /proc that hides it (a container): the word is not worth a failure of xm info.
            return otherwise;
        }
    }
}
