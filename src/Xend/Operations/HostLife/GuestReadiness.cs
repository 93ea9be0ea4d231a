using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.HostLife;

/// <summary>Waits until a guest that was started is up, as far as can be seen from outside.</summary>
internal static class GuestReadiness
{
    /// <summary>A guest that takes longer holds the others up no more.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <exception cref="TimeoutException">It is not within the limit.</exception>
    public static Task WaitAsync(HostServices host, uint domainId, StartWait wait, CancellationToken cancellation) =>
        wait switch
        {
            StartWait.Connected => WaitForDevicesAsync(host, domainId, cancellation),
            StartWait.ShutdownCapable => NodeWait.ForAsync(
                host,
                $"{DomainNodes.PathOf(domainId)}/control/feature-poweroff",
                value => value == "1",
                Limit,
                cancellation
            ),
            _ => Task.CompletedTask,
        };

    private static async Task WaitForDevicesAsync(HostServices host, uint domainId, CancellationToken cancellation)
    {
        var devices = await BackendRemoval.FindAsync(host, domainId, cancellation).ConfigureAwait(false);
        await Task.WhenAll(
                devices
                    .Where(device => BackendClasses.In(device.Class).SaysConnected)
                    .Select(device => NodeWait.ForBackendAsync(host, device, Limit, cancellation, XenbusState.Connected))
            )
            .ConfigureAwait(false);
    }
}
