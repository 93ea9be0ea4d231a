namespace Xend.Hypervisor;

/// <content>What guests may reach of the host's devices.</content>
public sealed partial class XenHypervisor
{
    public void PermitIoPorts(uint domainId, uint first, uint count, bool allow) =>
        Call(() => _xen.PermitIoPorts(domainId, first, count, allow));

    public void PermitIoMemory(uint domainId, ulong firstFrame, ulong frames, bool allow) =>
        Call(() => _xen.PermitIoMemory(domainId, firstFrame, frames, allow));

    public void MapIrq(uint domainId, uint irq) => Call(() => _xen.MapPhysicalIrq(domainId, irq));

    public void UnmapIrq(uint domainId, uint irq) => Call(() => _xen.UnmapPhysicalIrq(domainId, irq));

    public void PermitIrq(uint domainId, uint irq, bool allow) => Call(() => _xen.PermitIrq(domainId, irq, allow));

    public void AssignDevice(uint domainId, PciAddress address) => Call(() => _xen.AssignDevice(domainId, address.Encoded));

    public void TestAssignDevice(uint domainId, PciAddress address) => Call(() => _xen.TestAssignDevice(domainId, address.Encoded));

    public void DeassignDevice(uint domainId, PciAddress address) => Call(() => _xen.DeassignDevice(domainId, address.Encoded));
}
