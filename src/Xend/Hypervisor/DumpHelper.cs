using System.Globalization;
using LibXc.Interop;
using Linux.Interop;
using Tmds.Linux;

namespace Xend.Hypervisor;

/// <summary>The dumper's side: the program <c>xend --helper dump DOMID PATH</c>.</summary>
public static class DumpHelper
{
    /// <summary>Writes the core and returns the exit status: 0, or 1 after a line on <paramref name="output"/> that says why not.</summary>
    public static int Run(string domain, string path, TextWriter output)
    {
        if (!uint.TryParse(domain, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            output.WriteLine($"{domain} is not a domain's id");
            return 1;
        }
        if (!CurrentProcess.DieWithParent(CurrentProcess.ParentId, LibC.SIGKILL))
        {
            return 1;
        }
        try
        {
            using var xen = XenControl.Open(XenLibraries.Load(), null);
            xen.DumpCore(id, path);
            return 0;
        }
        catch (Exception error) when (error is XenLibraryException or XenCallException)
        {
            output.WriteLine(error.Message);
            return 1;
        }
    }
}
