using Xend.Host;

namespace Xend.Devices;

/// <summary>Whether a function can be given away, and who has it where it cannot.</summary>
internal static class PciCheck
{
    private const string Backend = "pciback";

    /// <returns>What there is to know of the function.</returns>
    /// <exception cref="XendError">It cannot be given to a domain.</exception>
    public static PciFunctionFacts Demand(HostServices host, PciAddress address, OtherHolds others)
    {
        var facts = host.Pci.Find(address)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"pci: failed to locate device and parse its resources - {address}",
                "The host has no PCI device there.",
                "lspci -D shows those that there are."
            );
        if (others.HolderOfFunction(address) is { } holder)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"failed to assign device {address} that has already been assigned to other domain.",
                $"Domain {holder} has it."
            );
        }
        if (facts.Driver != Backend)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"pci: PCI Backend and pci-stub don't own device {address}",
                Holder(host, facts),
                HowToFree(facts)
            );
        }
        if (host.Hypervisor.GetPhysicalInfo().IommuAvailable)
        {
            DemandGroup(host, facts, others);
        }
        return facts;
    }

    /// <summary>What the IOMMU cannot tell from the device must not be at work for dom0 or for another guest.</summary>
    private static void DemandGroup(HostServices host, PciFunctionFacts facts, OtherHolds others)
    {
        foreach (var sibling in facts.Group.Select(host.Pci.Find).OfType<PciFunctionFacts>())
        {
            if (others.HolderOfFunction(sibling.Address) is { } holder)
            {
                throw new XendError(
                    ErrorCode.AlreadyExists,
                    $"pci: domain {holder} has {sibling.Address}, a sibling device of device {facts.Address}",
                    "Both are in one group of the IOMMU, which cannot keep the two guests apart."
                );
            }
            if (sibling.Driver is not (null or Backend or "pci-stub" or "pcieport"))
            {
                throw new XendError(
                    ErrorCode.HostResource,
                    $"pci: PCI Backend and pci-stub don't own sibling device {sibling.Address} of device {facts.Address}",
                    $"Both are in one group of the IOMMU. {Holder(host, sibling)}",
                    HowToFree(sibling)
                );
            }
        }
    }

    private static string Holder(HostServices host, PciFunctionFacts facts)
    {
        var uses = facts.Uses.SelectMany(use => UseInWords(host, use)).ToList();
        return facts.Driver switch
        {
            null => "No driver has it; guests are given what pciback has.",
            "pci-stub" => "pci-stub has it, which keeps it from dom0 but does not serve it to a paravirtualized guest.",
            var driver when uses.Count == 0 => $"dom0's driver {driver} has it.",
            var driver => $"dom0's driver {driver} has it: {string.Join(", ", uses)}.",
        };
    }

    private static IEnumerable<string> UseInWords(HostServices host, PciUse use)
    {
        yield return use.ToString();
        if (use.Kind == "disk" && host.Devices.Stat($"/dev/{use.Name}")?.Disk is { } disk)
        {
            foreach (var inUse in host.Devices.UsesOf(disk))
            {
                yield return inUse.What;
            }
        }
    }

    private static string HowToFree(PciFunctionFacts facts)
    {
        var unbind = facts.Driver is null ? "" : $"echo {facts.Address} > /sys/bus/pci/devices/{facts.Address}/driver/unbind; ";
        return $"If dom0 can do without it: modprobe xen-pciback; {unbind}cd /sys/bus/pci/drivers/pciback; "
            + $"echo {facts.Address} > new_slot; echo {facts.Address} > bind";
    }
}
