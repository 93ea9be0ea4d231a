using Xend.DeviceModel;
using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations;

/// <summary>Changes the disc in an HVM guest's CD drive while it runs. The caller has the domain's turn.</summary>
public sealed class DiscChange(OperationRooms rooms)
{
    /// <summary>A guest that is asked to let go of its disc does so at once, or never.</summary>
    private static readonly TimeSpan UnlockLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(500);

    /// <param name="entry">The running domain.</param>
    /// <param name="wanted">The drive with its new disc, or with none.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ChangeAsync(DomainEntry entry, VbdConfig wanted, CancellationToken cancellation)
    {
        var config = entry.Config ?? throw new XendError(
            ErrorCode.WrongState, $"{entry.Name} was created by another toolstack.", hint: $"Use that one's command (xl cd-insert {entry.Name} ...).");
        var drive = DriveOf(config, wanted);
        var number = VirtualDevice.Number(drive.Name);
        var changed = drive with { Uname = wanted.Uname };
        var after = With(config, changed);
        await ClaimAsync(after, changed, cancellation).ConfigureAwait(false);
        try
        {
            await EjectAsync(entry, number, cancellation).ConfigureAwait(false);
        }
        catch
        {
            rooms.Claims.TakeUnchecked(config, rooms.Host.Devices);
            throw;
        }
        await WriteAsync(entry, number, changed with { Uname = "" }, With(config, changed with { Uname = "" }), cancellation).ConfigureAwait(false);
        if (changed.Uname.Length > 0)
        {
            await InsertAsync(entry, number, changed, after, cancellation).ConfigureAwait(false);
        }
    }

    private static VbdConfig DriveOf(DomainConfig config, VbdConfig wanted)
    {
        var number = VirtualDevice.Number(wanted.Name);
        var drive = config.Devices.OfType<VbdConfig>().FirstOrDefault(vbd => VirtualDevice.Number(vbd.Name) == number)
            ?? throw new XendError(ErrorCode.InvalidRequest, $"Device {number} not connected", $"{config.Name} has no {wanted.Name}.");
        if (config.Type != GuestType.Hvm || !drive.IsCdrom || !wanted.IsCdrom || wanted.Mode != "r")
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Refusing to reconfigure device vbd:{number} to {(wanted.Uname.Length > 0 ? DomainConfigReader.Printable(wanted.Uname) : "nothing")}",
                "Only the disc of an HVM guest's CD drive can be changed, to another one that is read (mode r).",
                "The device is to be named with :cdrom, as hdc:cdrom.");
        }
        return drive;
    }

    private static DomainConfig With(DomainConfig config, VbdConfig drive) => config with
    {
        Devices = [.. config.Devices.Select(device => device is VbdConfig vbd && vbd.Uuid == drive.Uuid ? drive : device)],
    };

    private async Task ClaimAsync(DomainConfig after, VbdConfig drive, CancellationToken cancellation)
    {
        var foreign = await DeviceClaims.FindForeignDisksAsync(rooms.Host, rooms.Registry, cancellation).ConfigureAwait(false);
        rooms.Claims.Take(after, rooms.Host.Devices, foreign, others => new CdDevice(drive).Check(rooms.Host, others));
    }

    private Task EjectAsync(DomainEntry entry, uint number, CancellationToken cancellation) => WithSessionAsync(
        entry,
        async session =>
        {
            var start = rooms.Host.Clock.GetTimestamp();
            while (true)
            {
                try
                {
                    await session.EjectAsync(number, cancellation).ConfigureAwait(false);
                    return;
                }
                catch (QmpException locked) when (locked.Reason.Contains("locked", StringComparison.Ordinal))
                {
                    if (rooms.Host.Clock.GetElapsedTime(start) > UnlockLimit)
                    {
                        throw new XendError(
                            ErrorCode.WrongState,
                            $"The disc in {entry.Name}'s drive {number} cannot be taken out: the guest has locked the drive.",
                            $"{locked.Message}; the guest was asked to open it and did not for {UnlockLimit.TotalSeconds:0} s.",
                            "Unmount the disc in the guest first.");
                    }
                }
                await Task.Delay(TryEvery, rooms.Host.Clock, cancellation).ConfigureAwait(false);
            }
        },
        cancellation);

    private async Task InsertAsync(DomainEntry entry, uint number, VbdConfig drive, DomainConfig after, CancellationToken cancellation)
    {
        try
        {
            await WithSessionAsync(entry, session => session.InsertAsync(number, BlockSource.Parse(drive.Uname).Path, cancellation), cancellation).ConfigureAwait(false);
        }
        catch
        {
            rooms.Claims.TakeUnchecked(With(after, drive with { Uname = "" }), rooms.Host.Devices);
            throw;
        }
        await WriteAsync(entry, number, drive, after, cancellation).ConfigureAwait(false);
    }

    private async Task WithSessionAsync(DomainEntry entry, Func<IQmpSession, Task> orders, CancellationToken cancellation)
    {
        try
        {
            var session = await rooms.Host.DeviceModels.ConnectAsync(entry.Runtime.Id!.Value, cancellation).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await orders(session).ConfigureAwait(false);
            }
        }
        catch (QmpException error)
        {
            throw new XendError(
                ErrorCode.DeviceModel,
                $"The device model of {entry.Name} refused: {error.Message}",
                rooms.Host.DeviceModels.LastLines(entry.Name),
                $"See /var/log/xen/qemu-dm-{entry.Name}.log.");
        }
    }

    /// <summary>Notes what is in the drive now: for PV drivers and other tools in xenstore, for the list and for the next daemon here.</summary>
    private async Task WriteAsync(DomainEntry entry, uint number, VbdConfig drive, DomainConfig config, CancellationToken cancellation)
    {
        await rooms.Host.Store.WriteAsync(
            CdDevice.AddressOf(entry.Runtime.Id!.Value, number).BackendNode("params"), CdDevice.ParametersOf(drive.Uname), cancellation).ConfigureAwait(false);
        if (rooms.Registry.Update(entry.Uuid, known => known with { Config = config }) is { } changed)
        {
            rooms.Records.Save(changed);
        }
    }
}
