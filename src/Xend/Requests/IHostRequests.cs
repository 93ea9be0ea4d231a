using Xend.Hypervisor;

namespace Xend.Requests;

/// <summary>What is asked of the host, and of the daemon itself.</summary>
public interface IHostRequests
{
    /// <summary>
    /// The host goes down: asks all guests to power off, in the reverse of their order, and ends those that do not within the limit, which
    /// is each guest's. Those that are to be saved are, and are asked to power off only where that fails.
    /// </summary>
    /// <param name="limit">How long each may take to go by itself.</param>
    /// <param name="saved">A directory for all of them to be saved in, absolute; empty for none.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Gives up: those that were asked go on going.</param>
    Task StopGuestsAsync(TimeSpan limit, string saved, Requester requester, CancellationToken cancellation);

    /// <summary>Presses keys on Xen's own console.</summary>
    void SendDebugKeys(string keys);

    PhysicalInfo GetPhysicalInfo();

    XenInfo GetXenInfo();

    string ReadConsoleRing(bool clear);

    /// <summary>The daemon's own log as text (at most its last mebibyte).</summary>
    string ReadLog();
}
