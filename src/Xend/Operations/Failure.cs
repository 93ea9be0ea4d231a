using Xend.Build;
using Xend.Hypervisor;
using XenStore;

namespace Xend.Operations;

/// <summary>Turns what the rooms below throw into an error for people. What it does not know is a defect of ours.</summary>
internal static class Failure
{
    /// <param name="error">What was thrown.</param>
    /// <param name="what">The domain and what was being done: "create linux".</param>
    public static XendError Explain(Exception error, string what) =>
        error switch
        {
            XendError known => known,
            HypervisorException xen => new XendError(
                ErrorCode.Hypervisor,
                $"{what}: Xen refused: {xen.Call}: {xen.Reason} ({xen.Errno})",
                xen.Detail,
                HintFor(xen),
                xen
            ),
            ImageBuildException build => new XendError(
                ErrorCode.Build,
                $"{what}: the kernel image could not be built: {build.Reason}",
                Lines($"in {build.Call}", build.Detail),
                cause: build
            ),
            XenStoreConnectionException gone => new XendError(
                ErrorCode.XenStore,
                $"{what}: xenstored does not answer.",
                gone.Message,
                "Is xenstored running? Without it no guest can be managed.",
                gone
            ),
            XenStoreException store => new XendError(
                ErrorCode.XenStore,
                $"{what}: xenstored refused: {store.Request} {store.Path}: {store.Error}",
                HintForStore(store),
                cause: store
            ),
            TimeoutException late => new XendError(ErrorCode.Timeout, $"{what}: it took too long: {late.Message}", cause: late),
            OperationCanceledException => new XendError(ErrorCode.Cancelled, $"{what}: cancelled"),
            IOException or UnauthorizedAccessException => new XendError(
                ErrorCode.HostResource,
                $"{what}: a file of the daemon could not be used: {FileFailure.Reason(error)}",
                hint: FileFailure.Hint(error),
                cause: error
            ),
            _ => new XendError(
                ErrorCode.Internal,
                $"{what}: an error in xend itself ({error.GetType().Name})",
                hint: "The whole of it is in xend's log; please report it.",
                cause: error
            ),
        };

    private static string? HintFor(HypervisorException xen) =>
        xen.Errno switch
        {
            "ENOMEM" => "Xen's own heap or the host's memory is used up: see xm info.",
            "EACCES" => "The libxenctrl of another Xen version was loaded than the one that runs.",
            "EOPNOTSUPP" => "This Xen was built without that facility.",
            _ => null,
        };

    private static string HintForStore(XenStoreException store) =>
        store.Error switch
        {
            "EQUOTA" or "ENOSPC" => "A quota of xenstored is reached.",
            "E2BIG" => "The value or the directory is too large for xenstored.",
            _ => "",
        };

    private static string Lines(string first, string? rest) => string.IsNullOrEmpty(rest) ? first : $"{first}\n{rest}";
}
