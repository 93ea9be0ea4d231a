using System.Net.Sockets;

namespace Xend.Hosting;

/// <summary>Whether this machine is a Xen dom0 that can be worked with. Each answer is one sentence with what to do.</summary>
internal static class HostCheck
{
    private static readonly TimeSpan XenStoreTimeout = TimeSpan.FromSeconds(5);
    private const string StartXen = "Start Xen's own services first: `systemctl start xen`, or `/etc/init.d/xen start`.";

    /// <summary>Throws where the daemon could do nothing here.</summary>
    /// <param name="paths">Where to look.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="XendError">Why not.</exception>
    public static async Task RequireDom0Async(XendPaths paths, CancellationToken cancellation)
    {
        if (FirstWord(paths.HypervisorType) != "xen")
        {
            throw new XendError(
                ErrorCode.HostResource,
                "This machine does not run under Xen.",
                $"{paths.HypervisorType} does not say xen",
                "Boot the entry \"with Xen hypervisor\" of the boot menu."
            );
        }
        if (!File.Exists(paths.Capabilities))
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{paths.Capabilities} is missing, so it cannot be seen whether this is dom0.",
                "xenfs is not mounted, or the kernel has none",
                StartXen
            );
        }
        if (!FirstWord(paths.Capabilities).Split(' ', ',').Contains("control_d"))
        {
            throw new XendError(
                ErrorCode.HostResource,
                "This is a Xen guest, not dom0: xend runs in dom0 only.",
                $"{paths.Capabilities} does not name control_d"
            );
        }
        if (!File.Exists(paths.PrivilegedCommands))
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The device {paths.PrivilegedCommands} is missing, so Xen cannot be asked for anything.",
                "the kernel module xen-privcmd is not loaded",
                StartXen
            );
        }
        await RequireXenStoreAsync(paths.XenStoreSocket, cancellation).ConfigureAwait(false);
    }

    private static async Task RequireXenStoreAsync(string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(XenStoreTimeout);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token).ConfigureAwait(false);
        }
        catch (Exception error)
            when (error is SocketException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new XendError(ErrorCode.XenStore, "xenstored is not running.", $"nobody answers at {path}", StartXen, error);
        }
    }

    private static string FirstWord(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not there, which is an answer.
            return "";
        }
    }
}
