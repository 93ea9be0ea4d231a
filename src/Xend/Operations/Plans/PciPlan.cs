using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Steps;

namespace Xend.Operations.Plans;

/// <summary>Functions of PCI devices that come to a domain and go: the domain's one device of the class has more of them, or fewer.</summary>
public static class PciPlan
{
    /// <exception cref="XendError">The domain has one of them already, or cannot have it while it runs.</exception>
    public static ImmutableArray<Step> Attach(DomainEntry entry, PciConfig added)
    {
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
            return DevicePlan.Attach(entry, added);
        }
        if (present.Functions.Length + added.Functions.Length > PciConfig.MostFunctions)
        {
            throw new XendError(ErrorCode.InvalidRequest, $"pci: a domain has {PciConfig.MostFunctions} functions of PCI devices at most.");
        }
        RefuseRunning(entry, "given", "The first of a guest that has none can be, and any by its configuration.");
        return [Keep(present with { Functions = present.Functions.AddRange(added.Functions) })];
    }

    /// <param name="entry">The domain.</param>
    /// <param name="address">Where its backend is; null where it has none.</param>
    /// <param name="removed">The functions.</param>
    /// <exception cref="XendError">The domain has not got one of them, or cannot do without while it runs.</exception>
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
            return DevicePlan.Detach(entry, address, PciConfig.ClassName, present.Id, force: false);
        }
        RefuseRunning(entry, "taken", "All that it has can be taken at once, and any by its configuration.");
        return [Keep(present with { Functions = left })];
    }

    private static PciConfig? Of(DomainEntry entry) => entry.Config?.Devices.OfType<PciConfig>().FirstOrDefault();

    private static bool Has(PciConfig? device, PciAddress address) =>
        device?.Functions.Any(function => function.Address == address) == true;

    private static bool IsPlaced(PciFunctionConfig function) => (function.VirtualSlot & PciFunctionConfig.AnySlot) == 0;

    private static bool IsTaken(PciConfig? device, PciFunctionConfig wanted) =>
        device?.Functions.Any(function => function.VirtualSlot == wanted.VirtualSlot) == true;

    private static KeepConfiguration Keep(PciConfig changed) =>
        new(config => config with { Devices = config.Devices.Select(device => device is PciConfig ? changed : device).ToImmutableArray() });

    private static void RefuseRunning(DomainEntry entry, string verb, string detail)
    {
        if (entry.Runtime.Id is not null)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"A single PCI device cannot be {verb} while {entry.Name} runs and has others",
                detail,
                "Shut the guest down first."
            );
        }
    }
}
