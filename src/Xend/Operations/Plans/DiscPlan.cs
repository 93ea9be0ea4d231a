using System.Collections.Immutable;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>
/// Another disc in an HVM guest's CD drive while it runs. Of a domain that does not run, only the configuration changes. A pure function.
/// </summary>
public static class DiscPlan
{
    /// <summary>The plan. The disc goes out before the configuration is kept, for the guest may refuse that.</summary>
    /// <param name="entry">The domain.</param>
    /// <param name="wanted">The drive with its new disc, or with none.</param>
    public static ImmutableArray<Step> For(DomainEntry entry, VbdConfig wanted)
    {
        var config = entry.Config
            ?? throw new XendError(
                ErrorCode.WrongState,
                $"{entry.Name} was created by another toolstack.",
                hint: $"Use that one's command (xl cd-insert {entry.Name} ...)."
            );
        var runs = entry.Runtime.Id is not null;
        var before = DriveOf(config, wanted, runs);
        var after = before with { Uname = wanted.Uname };
        if (!runs)
        {
            DeviceClasses.Of(after).RefuseUnconnectable(after, config);
            return [new KeepConfiguration(kept => kept.WithDevice(after))];
        }
        return
        [
            new ClaimDisc(after),
            new EjectDisc(before),
            new KeepConfiguration(kept => kept.WithDevice(after)),
            new InsertDisc(before, after),
        ];
    }

    /// <summary>The drive as it is; while the guest runs only the device model can change its disc.</summary>
    private static VbdConfig DriveOf(DomainConfig config, VbdConfig wanted, bool runs)
    {
        var number = wanted.Id;
        var drive = config.Devices.OfType<VbdConfig>().FirstOrDefault(vbd => vbd.Id == number)
            ?? throw new XendError(ErrorCode.InvalidRequest, $"Device {number} not connected", $"{config.Name} has no {wanted.Name}.");
        if ((runs && config.Type != GuestType.Hvm) || !drive.IsCdrom || !wanted.IsCdrom || wanted.Mode != "r")
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
