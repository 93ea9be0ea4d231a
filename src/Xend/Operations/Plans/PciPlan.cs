using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>Functions of PCI devices that come to a domain and go: its one device of the class has more of them, or fewer.</summary>
public static class PciPlan
{
    /// <summary>What refuses them to a guest that runs: nothing where there is no PCI device among the devices.</summary>
    public static IEnumerable<Step> Test(ImmutableArray<IDevice> devices) =>
        devices.OfType<PciDevice>().Select(device => new TestPci([.. device.Functions]));

    /// <summary>What comes before the nodes of devices are written: nothing where there is no PCI device among them.</summary>
    public static IEnumerable<Step> Give(ImmutableArray<IDevice> devices) =>
        devices.OfType<PciDevice>().Select(device => new GivePci([.. device.Functions]));

    /// <summary>What shows them to the guest once pciback serves them: nothing where its own driver looks for them.</summary>
    public static IEnumerable<Step> Show(GuestType type, ImmutableArray<IDevice> devices) =>
        PciBus.Of(type).NeedsDeviceModel
            ? devices.Select(device => device.Config).OfType<PciConfig>().Select(device => new PlugPci(device.Functions))
            : [];

    /// <param name="entry">The domain.</param>
    /// <param name="address">Where its backend is; null where it has none.</param>
    /// <param name="added">The functions.</param>
    /// <exception cref="XendError">The domain has one of them already, or can have none.</exception>
    public static ImmutableArray<Step> Attach(DomainEntry entry, DeviceAddress? address, PciConfig added)
    {
        DeviceClasses.Of(added).RefuseUnconnectable(added, entry.Config!);
        var present = Of(entry);
        if (added.Functions.FirstOrDefault(function => Has(present, function.Address)) is { } twice)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"pci: device {twice.Address} has been attached! ",
                $"{entry.Name} has it already."
            );
        }
        if (added.Functions.Where(IsPlaced).FirstOrDefault(function => IsTaken(present, function)) is { } clash)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"pci: slot {clash.VirtualSlot >> 3:x2}.{clash.VirtualSlot & 7:x} of {entry.Name} is taken",
                hint: "Name another virtual slot, or none."
            );
        }
        if (present is null)
        {
            return DevicePlan.Attach(entry, added, emulated: false, served: true);
        }
        if (present.Functions.Length + added.Functions.Length > PciConfig.MostFunctions)
        {
            throw new XendError(ErrorCode.InvalidRequest, $"pci: a domain has {PciConfig.MostFunctions} functions of PCI devices at most.");
        }
        var keep = Keep(present with { Functions = present.Functions.AddRange(added.Functions) });
        var device = new PciDevice(added);
        return entry.Runtime.Id is null
            ? [keep]
            :
            [
                new ClaimDevice(device),
                .. Test([device]),
                keep,
                .. Give([device]),
                new AddPci(DemandBackend(entry, address), added.Functions),
                .. Show(entry.Config!.Type, [device]),
            ];
    }

    /// <param name="entry">The domain.</param>
    /// <param name="address">Where its backend is; null where it has none.</param>
    /// <param name="removed">The functions.</param>
    /// <exception cref="XendError">The domain has not got one of them, or its backend is gone.</exception>
    public static ImmutableArray<Step> Detach(DomainEntry entry, DeviceAddress? address, PciConfig removed)
    {
        var present = Of(entry);
        if (present is null || removed.Functions.Any(function => !Has(present, function.Address)))
        {
            var missing = removed.Functions.First(function => !Has(present, function.Address)).Address;
            throw new XendError(ErrorCode.InvalidRequest, $"pci: device {missing} is not attached!", $"{entry.Name} does not have it.");
        }
        var left = present
            .Functions.Where(function => !removed.Functions.Any(other => other.Address == function.Address))
            .ToImmutableArray();
        if (left.IsEmpty)
        {
            return DetachAll(entry, address, present, force: false);
        }
        ImmutableArray<PciAddress> addresses = [.. removed.Functions.Select(function => function.Address)];
        return entry.Runtime.Id is null
            ? [Keep(present with { Functions = left })]
            : [.. Take(entry, addresses), new UnplugPci(DemandBackend(entry, address), addresses), new ForgetPci(addresses)];
    }

    /// <summary>The whole bus. By force nobody is asked.</summary>
    /// <param name="entry">The domain.</param>
    /// <param name="address">Where its backend is; null where it has none.</param>
    /// <param name="device">What it has.</param>
    /// <param name="force">Without asking the guest.</param>
    /// <exception cref="XendError">That would not take them.</exception>
    public static ImmutableArray<Step> DetachAll(DomainEntry entry, DeviceAddress? address, PciConfig device, bool force)
    {
        if (entry.Runtime.Id is null)
        {
            return [new KeepConfiguration(config => config.Without(device.Class, device.Id))];
        }
        var needsDeviceModel = PciBus.Of(entry.Config!.Type).NeedsDeviceModel;
        if (needsDeviceModel && force)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"PCI devices cannot be taken from {entry.Name} by force.",
                "What a fully virtualized guest has mapped of them it goes on reaching until it lets go of them.",
                $"xm pci-detach asks it to; xm destroy {entry.Name} takes all."
            );
        }
        return
        [
            .. Take(entry, [.. device.Functions.Select(function => function.Address)]),
            // The guest has let go of them already, and nobody in it answers for pciback's side.
            .. address is { } known ? [new UnplugDevice(known, force || needsDeviceModel)] : ImmutableArray<Step>.Empty,
            new ForgetDevice(device.Class, device.Id),
        ];
    }

    /// <summary>What a guest's device model has to be told before pciback lets go of them.</summary>
    private static IEnumerable<Step> Take(DomainEntry entry, ImmutableArray<PciAddress> functions) =>
        PciBus.Of(entry.Config!.Type).NeedsDeviceModel ? [new TakePci(functions)] : [];

    private static PciConfig? Of(DomainEntry entry) => entry.Config?.Devices.OfType<PciConfig>().FirstOrDefault();

    private static bool Has(PciConfig? device, PciAddress address) =>
        device?.Functions.Any(function => function.Address == address) == true;

    private static bool IsPlaced(PciFunctionConfig function) => (function.VirtualSlot & PciFunctionConfig.AnySlot) == 0;

    private static bool IsTaken(PciConfig? device, PciFunctionConfig wanted) =>
        device?.Functions.Any(function => function.VirtualSlot == wanted.VirtualSlot) == true;

    private static KeepConfiguration Keep(PciConfig changed) => new(config => config.WithDevice(changed));

    /// <summary>Another tool may have taken it.</summary>
    private static DeviceAddress DemandBackend(DomainEntry entry, DeviceAddress? address) =>
        address
        ?? throw new XendError(
            ErrorCode.WrongState,
            $"The PCI devices of {entry.Name} could not be changed.",
            "It should have some, and their backend is gone: another tool has taken it.",
            "Shut the guest down first."
        );
}
