namespace Xend.Devices;

/// <summary>What the device model is told of the disc in a CD drive, and what xenstore says of it.</summary>
internal static class DiscOrders
{
    /// <summary>Has the device model make the drive's disc the given one, or none.</summary>
    public static Task SetAsync(HostServices host, DeviceOwner owner, VbdConfig drive, CancellationToken cancellation) =>
        DeviceModelOrders.GiveAsync(
            host,
            owner,
            session =>
                drive.Source is { } disc
                    ? session.InsertAsync(drive.Id, disc.Path, cancellation)
                    : session.EjectAsync(drive.Id, cancellation),
            cancellation
        );

    /// <summary>
    /// The same where nobody waits for it. A guest that holds the drive shut uses the disc that is in it: nothing is forced.
    /// </summary>
    /// <returns>What the device model refused; null where it obeyed.</returns>
    public static async Task<string?> SettleAsync(HostServices host, DeviceOwner owner, VbdConfig drive)
    {
        try
        {
            await SetAsync(host, owner, drive, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (XendError error)
        {
            return error.Message;
        }
    }

    /// <summary>Notes in xenstore what is in the drive, for PV drivers and other tools.</summary>
    public static Task NoteAsync(HostServices host, DeviceOwner owner, VbdConfig drive, CancellationToken cancellation) =>
        host.Store.WriteAsync(CdDevice.AddressOf(owner.DomainId, drive).BackendNode("params"), CdDevice.ParametersOf(drive), cancellation);
}
