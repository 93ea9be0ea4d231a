using XenStore;

namespace Xend.Devices;

/// <summary>
/// The turns by which parts of a device come and go while the guest uses the others: xend says Reconfiguring in the backend, the guest
/// answers, the driver says Reconfigured, and Connected when the guest does. Of xenbus.h; pciback and scsiback have it.
/// </summary>
internal static class Reconfiguration
{
    public static readonly string Connected = DeviceNodes.State(XenbusState.Connected);

    public static readonly string Reconfiguring = DeviceNodes.State(XenbusState.Reconfiguring);

    public static readonly string Reconfigured = DeviceNodes.State(XenbusState.Reconfigured);

    public static Task<string?> StateAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation) =>
        store.ReadAsync(address.BackendNode("state"), cancellation);

    /// <summary>Whether somebody has still to take a turn in that state of the backend.</summary>
    public static bool IsUnderWay(string? state) => state == Reconfiguring || state == Reconfigured;

    /// <summary>Gives the turn to the guest.</summary>
    public static Task BeginAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation) =>
        store.WriteAsync(address.BackendNode("state"), Reconfiguring, cancellation);

    /// <summary>Ends the turns, answered or not.</summary>
    public static Task EndAsync(IXenStoreOperations store, DeviceAddress address) =>
        store.WriteAsync(address.BackendNode("state"), Connected);

    /// <summary>Whether everybody has had his turn, within the limit, and the device is at work.</summary>
    public static async Task<bool> IsAnsweredAsync(HostServices host, DeviceAddress address, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return await NodeWait
                    .ForAsync(host, address.BackendNode("state"), state => !IsUnderWay(state), limit, cancellation)
                    .ConfigureAwait(false) == Connected;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Why the parts could not be changed, with what both ends say.</summary>
    /// <param name="host">The host.</param>
    /// <param name="address">The device.</param>
    /// <param name="sentence">What could not be changed.</param>
    /// <param name="why">Who has not done what.</param>
    /// <param name="driver">The driver that the guest's kernel needs.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<XendError> RefusedAsync(
        HostServices host,
        DeviceAddress address,
        string sentence,
        string why,
        string driver,
        CancellationToken cancellation
    )
    {
        var ends = await DeviceEnds.LookAsync(host, address, cancellation).ConfigureAwait(false);
        return new XendError(
            ErrorCode.WrongState,
            sentence,
            $"{why}: its end is {DeviceEnds.InWords(ends.Frontend)}, the backend {DeviceEnds.InWords(ends.Backend)}.",
            $"Its kernel needs the driver {driver}; dmesg in dom0 and in the guest may say more. Or shut the guest down first."
        );
    }
}
