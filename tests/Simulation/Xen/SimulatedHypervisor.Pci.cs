using Xend.Hypervisor;

namespace Simulation.Xen;

/// <content>What domains may reach of the host's devices.</content>
public sealed partial class SimulatedHypervisor
{
    public bool IommuAvailable { get; set; } = true;

    /// <summary>The devices that guests are let at; what must not be done is told there.</summary>
    public SimulatedPciDevices Pci { get; init; } = new();

    /// <summary>Calls that fail, each with its errno.</summary>
    public Dictionary<string, string> FailingPciCalls { get; } = [];

    public void PermitIoPorts(uint domainId, uint first, uint count, bool allow) =>
        Reach("xc_domain_ioport_permission", domainId, $"ports {first:x}+{count:x}", allow);

    public void PermitIoMemory(uint domainId, ulong firstFrame, ulong frames, bool allow) =>
        Reach("xc_domain_iomem_permission", domainId, $"frames {firstFrame:x}+{frames:x}", allow);

    public void MapIrq(uint domainId, uint irq) => Reach("xc_physdev_map_pirq", domainId, $"mapped irq {irq}", true);

    public void UnmapIrq(uint domainId, uint irq) => Reach("xc_physdev_unmap_pirq", domainId, $"mapped irq {irq}", false);

    public void PermitIrq(uint domainId, uint irq, bool allow) => Reach("xc_domain_irq_permission", domainId, $"irq {irq}", allow);

    public void AssignDevice(uint domainId, PciAddress address)
    {
        const string Call = "xc_assign_device";
        lock (_lock)
        {
            if (!Creations.TryGetValue(domainId, out var creation) || !creation.Iommu)
            {
                throw new HypervisorException(Call, "EOPNOTSUPP", "Operation not supported");
            }
            if (_domains.Any(domain => domain.Key != domainId && domain.Value.Reaches.Contains(Named(address))))
            {
                throw new HypervisorException(Call, "EBUSY", "Device or resource busy");
            }
        }
        Reach(Call, domainId, Named(address), true);
    }

    public void TestAssignDevice(uint domainId, PciAddress address)
    {
        const string Call = "xc_test_assign_device";
        lock (_lock)
        {
            if (!Creations.TryGetValue(domainId, out var creation) || !creation.Iommu)
            {
                throw new HypervisorException(Call, "EOPNOTSUPP", "Operation not supported");
            }
            if (_domains.Values.Any(domain => domain.Reaches.Contains(Named(address))))
            {
                throw new HypervisorException(Call, "EINVAL", "Invalid argument");
            }
        }
    }

    public void DeassignDevice(uint domainId, PciAddress address)
    {
        const string Call = "xc_deassign_device";
        lock (_lock)
        {
            if (_domains.TryGetValue(domainId, out var guest) && !guest.Info.Paused && Pci.Shown.ContainsKey((domainId, address)))
            {
                Pci.Violations.Enqueue($"{address} is taken from the IOMMU of domain {domainId}, which has it on its bus");
            }
            if (_domains.TryGetValue(domainId, out var domain) && !domain.Reaches.Contains(Named(address)))
            {
                throw new HypervisorException(Call, "ENODEV", "No such device");
            }
        }
        Reach(Call, domainId, Named(address), false);
    }

    /// <summary>What a domain may reach.</summary>
    public IReadOnlyList<string> ReachesOf(uint domainId)
    {
        lock (_lock)
        {
            return [.. _domains[domainId].Reaches];
        }
    }

    private static string Named(PciAddress address) => $"device {address}";

    private void Reach(string call, uint domainId, string what, bool allow)
    {
        if (FailingPciCalls.TryGetValue(call, out var errno))
        {
            throw new HypervisorException(call, errno, "as ordered");
        }
        Change(call, domainId, domain => domain with { Reaches = allow ? domain.Reaches.Add(what) : domain.Reaches.Remove(what) });
        Pci.Note($"{(allow ? "give" : "take")} {what}");
        if (ReachesOf(domainId) is { Count: > 0 } left && !left.Any(other => other.StartsWith("device ", StringComparison.Ordinal)))
        {
            Pci.Violations.Enqueue($"domain {domainId} reaches a device that the IOMMU does not hold: {string.Join(", ", left)}");
        }
    }
}
