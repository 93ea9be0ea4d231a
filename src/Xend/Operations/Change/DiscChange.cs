using System.Collections.Immutable;
using Xend.DeviceModel;
using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Managed;

namespace Xend.Operations.Change;

/// <summary>Another disc in an HVM guest's CD drive while it runs.</summary>
public static class DiscChange
{
    /// <summary>The plan. The disc goes out before the configuration is kept, for the guest may refuse that.</summary>
    /// <param name="entry">The running domain.</param>
    /// <param name="wanted">The drive with its new disc, or with none.</param>
    public static ImmutableArray<Step> PlanFor(DomainEntry entry, VbdConfig wanted)
    {
        var config = entry.Config
            ?? throw new XendError(
                ErrorCode.WrongState,
                $"{entry.Name} was created by another toolstack.",
                hint: $"Use that one's command (xl cd-insert {entry.Name} ...)."
            );
        var before = DriveOf(config, wanted);
        var after = before with { Uname = wanted.Uname };
        return
        [
            new ClaimDisc(after),
            new EjectDisc(before),
            new KeepConfiguration(kept => With(kept, after)),
            new InsertDisc(before, after),
        ];
    }

    internal static bool IsLocked(QmpException error) => error.Reason.Contains("locked", StringComparison.Ordinal);

    internal static DomainConfig With(DomainConfig config, VbdConfig drive) =>
        config with
        {
            Devices = [.. config.Devices.Select(device => device is VbdConfig vbd && vbd.Uuid == drive.Uuid ? drive : device)],
        };

    /// <summary>Has the device model make the drive's disc the given one, or none.</summary>
    internal static Task SetAsync(OperationContext context, VbdConfig drive, CancellationToken cancellation) =>
        OrderAsync(
            context,
            session =>
                drive.Uname.Length > 0
                    ? session.InsertAsync(VirtualDevice.Number(drive.Name), BlockSource.Parse(drive.Uname).Path, cancellation)
                    : session.EjectAsync(VirtualDevice.Number(drive.Name), cancellation),
            cancellation
        );

    /// <summary>
    /// The same where nobody waits for it. A guest that holds the drive shut uses the disc that is in it: nothing is forced.
    /// </summary>
    internal static async Task SettleAsync(OperationContext context, VbdConfig drive, string step)
    {
        try
        {
            await SetAsync(context, drive, CancellationToken.None).ConfigureAwait(false);
        }
        catch (XendError error)
        {
            OperationLog.StepComplains(context.Log, $"{step} of {context.Name}", error.Message);
        }
    }

    internal static Task WriteAsync(OperationContext context, VbdConfig drive, CancellationToken cancellation) =>
        context.Host.Store.WriteAsync(
            CdDevice.AddressOf(context.DomainId, VirtualDevice.Number(drive.Name)).BackendNode("params"),
            CdDevice.ParametersOf(drive.Uname),
            cancellation
        );

    internal static async Task OrderAsync(OperationContext context, Func<IQmpSession, Task> orders, CancellationToken cancellation)
    {
        try
        {
            var session = await context.Host.DeviceModels.ConnectAsync(context.DomainId, cancellation).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await orders(session).ConfigureAwait(false);
            }
        }
        catch (QmpException error)
        {
            throw new XendError(
                ErrorCode.DeviceModel,
                $"The device model of {context.Name} refused: {error.Message}",
                context.Host.DeviceModels.LastLines(context.Name),
                $"See /var/log/xen/qemu-dm-{context.Name}.log."
            );
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
                $"Refusing to reconfigure device vbd:{number} to "
                    + $"{(wanted.Uname.Length > 0 ? DomainConfigReader.Printable(wanted.Uname) : "nothing")}",
                "Only the disc of an HVM guest's CD drive can be changed, to another one that is read (mode r).",
                "The device is to be named with :cdrom, as hdc:cdrom."
            );
        }
        return drive;
    }
}
