using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>SCSI devices of the host that come to an adapter of a domain and go. Pure functions; sentences are old xend's.</summary>
public static class ScsiPlan
{
    /// <summary>What comes before the nodes of devices are written: nothing where there is no SCSI device among them.</summary>
    public static IEnumerable<Step> MakeTargets(ImmutableArray<IDevice> devices) =>
        devices.OfType<VscsiDevice>().ToImmutableArray() is { IsEmpty: false } adapters ? [new MakeScsiTargets(adapters)] : [];

    /// <param name="entry">The domain.</param>
    /// <param name="address">Where the adapter's backend is; null where it has none.</param>
    /// <param name="added">The adapter, with what is to come to it.</param>
    /// <exception cref="XendError">The domain has one of them already, or the adapter can have none.</exception>
    public static ImmutableArray<Step> Attach(DomainEntry entry, DeviceAddress? address, VscsiConfig added)
    {
        var adapters = entry.Config!.Devices.OfType<VscsiConfig>().ToList();
        foreach (var unit in added.Units)
        {
            if (adapters.Any(adapter => adapter.Units.Any(other => other.Physical == unit.Physical)))
            {
                throw Refused($"The physical device \"{unit.Physical}\" is already defined");
            }
            if (adapters.Any(adapter => adapter.Units.Any(other => other.Virtual == unit.Virtual)))
            {
                throw Refused($"The virtual device \"{unit.Virtual}\" is already defined");
            }
        }
        if (adapters.Find(adapter => adapter.Id == added.Id) is not { } present)
        {
            return DevicePlan.Attach(entry, added, emulated: false, served: true);
        }
        if (present.IsHost != added.IsHost)
        {
            throw Refused($"The physical device \"{added.Units[0].Physical}\" cannot define because mode is different");
        }
        if (present.Units.Length + added.Units.Length > VscsiConfig.MostUnits)
        {
            throw Refused($"vscsi: an adapter has {VscsiConfig.MostUnits} devices at most.");
        }
        var keep = Keep(present with { Units = present.Units.AddRange(added.Units) });
        return entry.Runtime.Id is null
            ? [keep]
            : [new ClaimDevice(new VscsiDevice(added)), keep, new AddScsi(DemandBackend(entry, address), added.Units)];
    }

    /// <param name="entry">The domain.</param>
    /// <param name="address">Where the adapter's backend is; null where it has none.</param>
    /// <param name="adapter">The adapter's number.</param>
    /// <param name="units">Where the domain has them.</param>
    /// <exception cref="XendError">The domain has not got one of them, or its backend is gone.</exception>
    public static ImmutableArray<Step> Detach(DomainEntry entry, DeviceAddress? address, uint adapter, IReadOnlyList<ScsiAddress> units)
    {
        var present = entry.Config!.Devices.OfType<VscsiConfig>().FirstOrDefault(device => device.Id == adapter);
        if (present is null || units.Count == 0 || units.Any(unit => present.Units.All(other => other.Virtual != unit)))
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                "Cannot detach vscsi device does not exist",
                $"{entry.Name} has no SCSI device {string.Join(", ", units)}.",
                $"xm scsi-list {entry.Name} shows those that it has."
            );
        }
        // A whole adapter of the host goes as a whole, as of old.
        ImmutableArray<VscsiUnit> left = present.IsHost ? [] : [.. present.Units.Where(unit => !units.Contains(unit.Virtual))];
        if (left.IsEmpty)
        {
            return DevicePlan.Detach(entry, address, VscsiConfig.ClassName, adapter, force: false, emulated: false);
        }
        return entry.Runtime.Id is null
            ? [Keep(present with { Units = left })]
            : [new UnplugScsi(DemandBackend(entry, address), units), new ForgetScsi(adapter, units)];
    }

    private static XendError Refused(string sentence) => new(ErrorCode.AlreadyExists, sentence);

    private static KeepConfiguration Keep(VscsiConfig changed) => new(config => config.WithDevice(changed));

    /// <summary>Another tool may have taken it.</summary>
    private static DeviceAddress DemandBackend(DomainEntry entry, DeviceAddress? address) =>
        address
        ?? throw new XendError(
            ErrorCode.WrongState,
            $"The SCSI devices of {entry.Name} could not be changed.",
            "It should have some, and their backend is gone: another tool has taken it.",
            "Shut the guest down first."
        );
}
