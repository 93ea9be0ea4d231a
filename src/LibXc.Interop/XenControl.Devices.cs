using System.Globalization;

namespace LibXc.Interop;

/// <content>What domains may reach of the host's devices.</content>
public sealed unsafe partial class XenControl
{
    public void PermitIoPorts(uint domainId, uint first, uint count, bool allow)
    {
        using var call = Begin("xc_domain_ioport_permission", Named(domainId));
        call.Check(Library.xc_domain_ioport_permission(call.Handle, domainId, first, count, Byte(allow)));
    }

    /// <param name="domainId">The domain.</param>
    /// <param name="firstFrame">The first frame of 4 KiB.</param>
    /// <param name="frames">How many.</param>
    /// <param name="allow">False takes it back.</param>
    public void PermitIoMemory(uint domainId, ulong firstFrame, ulong frames, bool allow)
    {
        using var call = Begin("xc_domain_iomem_permission", Named(domainId));
        call.Check(Library.xc_domain_iomem_permission(call.Handle, domainId, firstFrame, frames, Byte(allow)));
    }

    public void PermitIrq(uint domainId, uint irq, bool allow)
    {
        using var call = Begin("xc_domain_irq_permission", Named(domainId));
        call.Check(Library.xc_domain_irq_permission(call.Handle, domainId, irq, Byte(allow)));
    }

    /// <summary>Gives a domain an interrupt of the host under the number that it has there.</summary>
    public void MapPhysicalIrq(uint domainId, uint irq)
    {
        var number = (int)irq;
        using var call = Begin("xc_physdev_map_pirq", Named(domainId));
        call.Check(Library.xc_physdev_map_pirq(call.Handle, domainId, (int)irq, &number));
    }

    public void UnmapPhysicalIrq(uint domainId, uint irq)
    {
        using var call = Begin("xc_physdev_unmap_pirq", Named(domainId));
        call.Check(Library.xc_physdev_unmap_pirq(call.Handle, domainId, (int)irq));
    }

    /// <param name="domainId">The domain.</param>
    /// <param name="device">Segment, bus, slot and function as one number.</param>
    public void AssignDevice(uint domainId, uint device)
    {
        using var call = Begin("xc_assign_device", NamedDevice(domainId, device));
        // No flag: a device whose reserved memory the guest's own lies in is refused.
        call.Check(Library.xc_assign_device(call.Handle, domainId, device, 0));
    }

    /// <summary>Whether it could be assigned: EOPNOTSUPP for a domain without an IOMMU, EINVAL for a device of another.</summary>
    /// <inheritdoc cref="AssignDevice"/>
    public void TestAssignDevice(uint domainId, uint device)
    {
        using var call = Begin("xc_test_assign_device", NamedDevice(domainId, device));
        call.Check(Library.xc_test_assign_device(call.Handle, domainId, device));
    }

    /// <inheritdoc cref="AssignDevice"/>
    public void DeassignDevice(uint domainId, uint device)
    {
        using var call = Begin("xc_deassign_device", NamedDevice(domainId, device));
        call.Check(Library.xc_deassign_device(call.Handle, domainId, device));
    }

    private static string NamedDevice(uint domainId, uint device) =>
        string.Create(CultureInfo.InvariantCulture, $"{Named(domainId)}, device {device:x}");
}
