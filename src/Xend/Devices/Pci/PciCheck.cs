using Xend.Host;

namespace Xend.Devices;

/// <summary>Whether a function can be given away, and who has it where it cannot.</summary>
internal static class PciCheck
{
    /// <summary>Drivers of dom0 that may have a neighbour: a port of the bus does nothing that a guest could disturb.</summary>
    private static readonly string[] Harmless = [PciFunctionFacts.Backend, PciFunctionFacts.Stub, "pcieport"];

    /// <summary>Refuses what cannot be given to a domain, before anything is done.</summary>
    /// <param name="host">The host.</param>
    /// <param name="functions">What it is about.</param>
    /// <param name="others">What other domains have, and what the domain itself has and is to have: neighbours may come along.</param>
    /// <exception cref="XendError">One of them cannot be given to a domain.</exception>
    public static void Demand(HostServices host, IReadOnlyList<PciAddress> functions, OtherHolds others)
    {
        var together = functions.Concat(others.OwnFunctions()).ToHashSet();
        foreach (var function in functions)
        {
            if (others.HolderOfFunction(function) is { } holder)
            {
                throw new XendError(
                    ErrorCode.AlreadyExists,
                    $"failed to assign device {function} that has already been assigned to other domain.",
                    $"Domain {holder} has it."
                );
            }
            var facts = DemandFree(host, function);
            DemandIommu(host, function);
            DemandGroup(host, facts, together, others);
        }
    }

    /// <summary>Refuses a function that dom0 cannot do without, or has no driver to serve.</summary>
    /// <returns>What there is to know of it.</returns>
    public static PciFunctionFacts DemandFree(HostServices host, PciAddress function)
    {
        var facts = host.Pci.Find(function)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"pci: failed to locate device and parse its resources - {function}",
                "The host has no PCI device there.",
                "lspci -D shows those that there are."
            );
        if (facts.IsBridge)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"pci: device {function} is a bridge and cannot be given to a guest.",
                "Other devices of the host are reached through it.",
                "Give the guest the devices behind it."
            );
        }
        if (!host.Pci.HasBackend)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"pci: PCI Backend and pci-stub don't own device {function}",
                "dom0 has no driver that serves PCI devices to guests.",
                "Load it: modprobe xen-pciback"
            );
        }
        if (!Harmless.Contains(facts.Driver) && Busy(host, facts) is { Count: > 0 } uses)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"pci: PCI Backend and pci-stub don't own device {function}",
                $"dom0's driver {facts.Driver ?? "none"} has it: {string.Join(", ", uses)}.",
                "If dom0 can do without: take the interface down, unmount the disk, and ask again; it is bound to pciback then."
            );
        }
        return facts;
    }

    /// <summary>A guest could have its device write into any memory of the host.</summary>
    private static void DemandIommu(HostServices host, PciAddress function)
    {
        if (!host.Hypervisor.GetPhysicalInfo().IommuAvailable)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"pci: device {function} cannot be given to a guest: this host has no IOMMU at work.",
                "Without one, the guest could have its device read and write all memory of the host.",
                "Switch it on in the firmware (VT-d, AMD-Vi) and see xm dmesg for what Xen says of it (iommu= on its command line)."
            );
        }
    }

    /// <summary>What the IOMMU cannot tell from the device must not be at work for dom0 or for another guest.</summary>
    private static void DemandGroup(HostServices host, PciFunctionFacts facts, HashSet<PciAddress> together, OtherHolds others)
    {
        foreach (var sibling in facts.Group.Where(other => !together.Contains(other)).Select(host.Pci.Find).OfType<PciFunctionFacts>())
        {
            if (others.HolderOfFunction(sibling.Address) is { } holder)
            {
                throw new XendError(
                    ErrorCode.AlreadyExists,
                    $"pci: domain {holder} has {sibling.Address}, a sibling device of device {facts.Address}",
                    "Both are in one group of the IOMMU, which cannot keep the two guests apart."
                );
            }
            if (sibling.Driver is not null && !Harmless.Contains(sibling.Driver))
            {
                var uses = Busy(host, sibling);
                throw new XendError(
                    ErrorCode.HostResource,
                    $"pci: PCI Backend and pci-stub don't own sibling device {sibling.Address} of device {facts.Address}",
                    $"Both are in one group of the IOMMU, and dom0's driver {sibling.Driver} has the sibling"
                        + (uses.Count == 0 ? "." : $": {string.Join(", ", uses)}."),
                    "Give the guest both, or bind the sibling to pciback as well."
                );
            }
        }
    }

    /// <summary>What dom0 has a function for, in words; nothing where nobody would miss it.</summary>
    private static IReadOnlyList<string> Busy(HostServices host, PciFunctionFacts facts) =>
        [.. facts.Uses.Where(use => !use.IsIdle).SelectMany(use => InWords(host, use))];

    private static IEnumerable<string> InWords(HostServices host, PciUse use)
    {
        if (use.Kind != "disk")
        {
            return [$"{use}"];
        }
        // sysfs has an exclamation mark where the name has a slash. What cannot be looked at is taken for used.
        return host.Devices.Stat($"/dev/{use.Name.Replace('!', '/')}")?.Disk is { } disk
            ? host.Devices.UsesOf(disk).Select(inUse => $"{use} ({inUse.What})")
            : [$"{use}"];
    }
}
