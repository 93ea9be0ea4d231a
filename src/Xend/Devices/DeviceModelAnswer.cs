namespace Xend.Devices;

/// <summary>What comes to a running guest and its device model serves: the wait until that has taken it.</summary>
internal static class DeviceModelAnswer
{
    /// <summary>It opens what is behind the device before it answers.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="host">The host.</param>
    /// <param name="owner">The domain.</param>
    /// <param name="address">The device.</param>
    /// <param name="label">How users know it.</param>
    /// <param name="what">What the device model is to do.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="XendError">It has not answered in time; with its last words.</exception>
    public static async Task AwaitAsync(
        HostServices host,
        DeviceOwner owner,
        DeviceAddress address,
        string label,
        string what,
        CancellationToken cancellation
    )
    {
        var limit = host.Options.DeviceCreateTimeout < Limit ? host.Options.DeviceCreateTimeout : Limit;
        try
        {
            await NodeWait
                .ForBackendAsync(host, address, limit, cancellation, XenbusState.InitWait, XenbusState.Initialised, XenbusState.Connected)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var said = host.DeviceModels.LastLines(owner.Name);
            throw HotplugFailure.OfBackend(
                address,
                $"{label}: the device model of {owner.Name} has not {what} within {limit.TotalSeconds:0} s. "
                    + (said.Length > 0 ? $"It said:\n{said}" : "It said nothing."),
                await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false),
                $"See /var/log/xen/qemu-dm-{owner.Name}.log."
            );
        }
    }
}
