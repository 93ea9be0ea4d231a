namespace Xend.Hypervisor;

/// <content>
/// What a guest may reach of the host's devices. Each is taken back by the call with <c>allow</c> false; what a domain has when it is
/// destroyed, Xen takes back itself.
/// </content>
public partial interface IHypervisor
{
    /// <summary>Lets a domain use I/O ports.</summary>
    void PermitIoPorts(uint domainId, uint first, uint count, bool allow);

    /// <summary>Lets a domain map pages of the host's devices; their frames, of 4 KiB.</summary>
    void PermitIoMemory(uint domainId, ulong firstFrame, ulong frames, bool allow);

    /// <summary>Lets a domain be sent an interrupt of the host, under the number that it has there.</summary>
    void MapIrq(uint domainId, uint irq);

    /// <summary>Takes that interrupt away again.</summary>
    void UnmapIrq(uint domainId, uint irq);

    /// <summary>Lets a domain bind an interrupt.</summary>
    void PermitIrq(uint domainId, uint irq, bool allow);

    /// <summary>Has the IOMMU lead a device's accesses into a domain's memory. Where there is no IOMMU this fails.</summary>
    void AssignDevice(uint domainId, PciAddress address);

    /// <summary>Fails where that could not be: EOPNOTSUPP for a domain made without an IOMMU, EINVAL for a device of another.</summary>
    void TestAssignDevice(uint domainId, PciAddress address);

    void DeassignDevice(uint domainId, PciAddress address);
}
