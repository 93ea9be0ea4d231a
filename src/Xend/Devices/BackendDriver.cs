namespace Xend.Devices;

/// <summary>The kernel driver behind a backend.</summary>
internal static class BackendDriver
{
    /// <summary>A driver answers at once; where it is not there, nobody ever will.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Waits until the driver has taken notice of a new backend (InitWait).</summary>
    public static async Task WaitUntilReadyAsync(
        HostServices host, DeviceAddress address, string label, string module, CancellationToken cancellation)
    {
        try
        {
            await NodeWait.ForBackendAsync(
                host, address, AnswerLimit, cancellation, XenbusState.InitWait, XenbusState.Initialised, XenbusState.Connected).ConfigureAwait(false);
        }
        catch (TimeoutException timeout)
        {
            throw new XendError(
                ErrorCode.Hotplug,
                $"Device {address.DeviceId} ({address.Class}) could not be connected. Backend device not found.",
                $"{label}: no driver took notice of the new backend: {timeout.Message}",
                $"Is the module {module} loaded in dom0 (modprobe {module})?");
        }
    }
}
