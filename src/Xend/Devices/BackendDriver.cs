namespace Xend.Devices;

/// <summary>The kernel driver behind a backend.</summary>
internal static class BackendDriver
{
    /// <summary>A driver that is not loaded yet may still come: the kernel asks udev for it.</summary>
    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Waits until the driver has taken notice of a new backend (InitWait). One that is loaded gets all the time that a device may take:
    /// the host may be busy.
    /// </summary>
    public static async Task WaitUntilReadyAsync(
        HostServices host,
        DeviceAddress address,
        string label,
        string module,
        CancellationToken cancellation
    )
    {
        var start = host.Clock.GetTimestamp();
        while (!await HasAnsweredAsync(host, address, cancellation).ConfigureAwait(false))
        {
            var isLoaded = host.Devices.HasBackendDriver(address.Class);
            if (isLoaded && host.Clock.GetElapsedTime(start) < host.Options.DeviceCreateTimeout)
            {
                continue;
            }
            throw HotplugFailure.OfBackend(
                address,
                isLoaded
                    ? $"{label}: the driver {module} has taken no notice of the new backend for "
                        + $"{host.Options.DeviceCreateTimeout.TotalSeconds:0} s."
                    : $"{label}: dom0 has no driver for backends of class {address.Class}.",
                await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false),
                isLoaded ? "See dmesg in dom0." : $"Load it: modprobe {module}"
            );
        }
    }

    private static async Task<bool> HasAnsweredAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        try
        {
            await NodeWait
                .ForBackendAsync(
                    host,
                    address,
                    host.Options.DeviceCreateTimeout < LoadLimit ? host.Options.DeviceCreateTimeout : LoadLimit,
                    cancellation,
                    XenbusState.InitWait,
                    XenbusState.Initialised,
                    XenbusState.Connected
                )
                .ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
