using Xend.Hypervisor;

namespace Simulation.Xen;

/// <content>What domains may reach of the host's devices.</content>
public sealed partial class SimulatedHypervisor
{
    public bool IommuAvailable { get; set; } = true;

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
        if (
            !Creations
                .GetValueOrDefault(
                    domainId,
                    new DomainCreation
                    {
                        Uuid = Guid.Empty,
                        Type = GuestType.Pv,
                        MaxVcpus = 0,
                    }
                )
                .Iommu
        )
        {
            throw new HypervisorException(Call, "EOPNOTSUPP", "Operation not supported");
        }
        Reach(Call, domainId, $"device {address}", true);
    }

    public void DeassignDevice(uint domainId, PciAddress address) => Reach("xc_deassign_device", domainId, $"device {address}", false);

    /// <summary>What a domain may reach.</summary>
    public IReadOnlyList<string> ReachesOf(uint domainId)
    {
        lock (_lock)
        {
            return [.. _domains[domainId].Reaches];
        }
    }

    private void Reach(string call, uint domainId, string what, bool allow) =>
        Change(call, domainId, domain => domain with { Reaches = allow ? domain.Reaches.Add(what) : domain.Reaches.Remove(what) });
}
