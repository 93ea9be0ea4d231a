using System.Collections.Immutable;
using Xend.DeviceModel;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>Devices that come to a domain and go. Of one that does not run, only the configuration changes. Pure functions.</summary>
public static class DevicePlan
{
    /// <summary>
    /// The configuration is kept before the device is there: a daemon that follows one that died in between finds it there, and takes both
    /// away.
    /// </summary>
    /// <param name="entry">The domain.</param>
    /// <param name="wanted">The device.</param>
    /// <param name="emulated">Whether the guest has no PV drivers, so that it sees emulated devices only.</param>
    /// <param name="served">Whether a device model is there.</param>
    /// <exception cref="XendError">A running guest cannot get such a device.</exception>
    public static ImmutableArray<Step> Attach(DomainEntry entry, DeviceConfig wanted, bool emulated, bool served)
    {
        var keep = new KeepConfiguration(config => config with { Devices = config.Devices.Add(wanted) });
        if (entry.Runtime.Id is null)
        {
            return [keep];
        }
        RefuseDrive(entry, wanted);
        var device = BackendClasses.MakeForRunning(wanted)
            ?? throw new XendError(
                ErrorCode.Unsupported,
                $"A device of class {DomainConfigReader.Printable(wanted.Class)} cannot be given to a guest that runs",
                hint: "Put it into the guest's configuration."
            );
        if (!emulated)
        {
            return
            [
                new ClaimDevice(device),
                .. PciPlan.Test([device]),
                keep,
                .. served || !BackendClasses.Of(wanted).NeedsDeviceModel(wanted, entry.Config!.Type)
                    ? ImmutableArray<Step>.Empty
                    : [new CheckDeviceModel(), new StartDeviceModel(), new AwaitDeviceModel()],
                .. TryImage.Of([wanted]),
                .. PciPlan.Give([device]),
                .. ScsiPlan.MakeTargets([device]),
                new AddDevice(device),
                new ConnectDevice(device),
                .. PciPlan.Show(entry.Config!.Type, [device]),
            ];
        }
        RefuseUnseen(entry, wanted, "connected");
        // As at creation: both sides, so that PV drivers that come later find theirs.
        device = BackendClasses.Make(wanted, entry.Config!) ?? device;
        return
        [
            new ClaimDevice(device),
            keep,
            .. TryImage.Of([wanted]),
            new AddDevice(device),
            new ConnectDevice(device),
            .. device.HasTap && wanted is VifConfig nic ? [new MakeTap(nic), new ConnectTap(device)] : ImmutableArray<Step>.Empty,
            new PlugEmulated(wanted),
        ];
    }

    /// <param name="entry">The domain.</param>
    /// <param name="address">Where its backend is; null where the domain does not run.</param>
    /// <param name="deviceClass">Its class in the configuration.</param>
    /// <param name="id">Its number.</param>
    /// <param name="force">Without asking the guest.</param>
    /// <param name="emulated">Whether the guest has no PV drivers, so that it uses emulated devices only.</param>
    /// <exception cref="XendError">It cannot be taken from a running guest.</exception>
    public static ImmutableArray<Step> Detach(
        DomainEntry entry,
        DeviceAddress? address,
        string deviceClass,
        uint id,
        bool force,
        bool emulated
    )
    {
        if (entry.Runtime.Id is null)
        {
            return [new KeepConfiguration(config => config.Without(deviceClass, id))];
        }
        if (entry.Config?.Devices.FirstOrDefault(known => known.Class == deviceClass && known.Id == id) is { } configured)
        {
            RefuseDrive(entry, configured);
            if (configured is PciConfig functions)
            {
                return PciPlan.DetachAll(entry, address, functions, force);
            }
            if (emulated)
            {
                RefuseUnseen(entry, configured, "disconnected");
                // Nobody in the guest answers for the PV side.
                return
                [
                    new UnplugEmulated(configured, force),
                    .. address is { } pv ? [new UnplugDevice(pv, force: true)] : ImmutableArray<Step>.Empty,
                    new ForgetDevice(deviceClass, id),
                ];
            }
        }
        // Another tool may have taken it, so that only the configuration has it.
        return address is { } device
            ? [new UnplugDevice(device, force || emulated), new ForgetDevice(deviceClass, id)]
            : [new ForgetDevice(deviceClass, id)];
    }

    /// <summary>A guest without PV drivers has what the emulated buses carry.</summary>
    private static void RefuseUnseen(DomainEntry entry, DeviceConfig device, string what)
    {
        if (EmulatedPlug.Refusal(device, entry.Config!.Machine) is { } refusal)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"Device {device.Id} ({device.Class}) could not be {what}. {entry.Name} has no PV drivers.",
                refusal.Why,
                what == "connected" ? refusal.Instead : "Shut the guest down first."
            );
        }
    }

    /// <summary>The CD drive of a running HVM guest is the device model's: its discs come and go, the drive stays.</summary>
    private static void RefuseDrive(DomainEntry entry, DeviceConfig device)
    {
        if (entry.Config?.Type == GuestType.Hvm && device is VbdConfig { IsCdrom: true } drive)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"CD drive {drive.Name} of {entry.Name} can neither come nor go while the guest runs",
                hint: $"Its discs can: xm cd-insert {entry.Name} {drive.Name} DISC, xm cd-eject {entry.Name} {drive.Name}."
            );
        }
    }
}
