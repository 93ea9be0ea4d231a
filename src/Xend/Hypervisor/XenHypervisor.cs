using LibXc.Interop;
using LibXc.Interop.Abi;

namespace Xend.Hypervisor;

/// <summary>The running Xen, through libxenctrl.</summary>
/// <remarks>
/// One handle for all threads: libxc locks what calls share, and each call's log lines are told apart by thread. Parts of this class, by
/// topic: domains, vCPUs and scheduler, host.
/// </remarks>
public sealed partial class XenHypervisor : IHypervisor, IDisposable
{
    private const ulong KibPerPage = 4;

    private readonly XenControl _xen;
    private readonly Lazy<PhysicalInfoData> _physical;
    private readonly Lazy<int> _schedulerId;

    private XenHypervisor(XenControl xen)
    {
        _xen = xen;
        // A machine's abilities and pool 0's scheduler stay what they are until the next boot.
        _physical = new Lazy<PhysicalInfoData>(() => Call(xen.GetPhysicalInfo), LazyThreadSafetyMode.PublicationOnly);
        _schedulerId = new Lazy<int>(() => Call(xen.GetSchedulerId), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The release whose libraries were loaded.</summary>
    public XenVersion Version => _xen.Libraries.Version;

    /// <summary>What an administrator should know about the libraries that were loaded; null where all is as it should be.</summary>
    public string? Warning => _xen.Libraries.Warning;

    /// <summary>
    /// Loads the libraries of the running hypervisor and opens it. Throws <see cref="HypervisorException"/> where this is no dom0, and
    /// where
    /// libraries are missing; it says what to do.
    /// </summary>
    /// <param name="log">Takes libxc's own messages, on the thread of the call; null drops them (an error carries its own).</param>
    public static XenHypervisor Open(Action<XenLogLine>? log = null)
    {
        try
        {
            return new XenHypervisor(XenControl.Open(XenLibraries.Load(), log));
        }
        catch (XenLibraryException e)
        {
            throw new HypervisorException("dlopen", "ENOENT", e.Message);
        }
        catch (XenCallException e)
        {
            throw Translated(e);
        }
    }

    public void Dispose() => _xen.Dispose();

    private static T Call<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (XenCallException e)
        {
            throw Translated(e);
        }
    }

    private static void Call(Action call)
    {
        try
        {
            call();
        }
        catch (XenCallException e)
        {
            throw Translated(e);
        }
    }

    private static HypervisorException Translated(XenCallException e) => new(e.Call, e.Errno.Name, $"{e.Subject}: {e.Reason}", e.Detail);
}
