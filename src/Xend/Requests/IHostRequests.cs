using Xend.Hypervisor;

namespace Xend.Requests;

/// <summary>What is asked of the host, and of the daemon itself.</summary>
public interface IHostRequests
{
    /// <summary>
    /// The host goes down: asks all guests to power off, in the reverse of their order, and ends those that do not within the limit, which
    /// is each guest's.
    /// </summary>
    Task StopGuestsAsync(TimeSpan limit, Requester requester, CancellationToken cancellation);

    /// <summary>Presses keys on Xen's own console.</summary>
    void SendDebugKeys(string keys);

    PhysicalInfo GetPhysicalInfo();

    XenInfo GetXenInfo();

    string ReadConsoleRing(bool clear);

    /// <summary>The daemon's own log as text (at most its last mebibyte).</summary>
    string ReadLog();
}
