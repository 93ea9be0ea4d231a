using System.Globalization;
using Xend.Host;
using Xend.Hypervisor;

namespace Xend.Devices;

/// <summary>What Xen lets a guest reach of the functions that it has: ports, memory, interrupts, and the IOMMU's way to it.</summary>
internal static class PciGrants
{
    private const int FrameBits = 12;

    /// <summary>Gives all of it; what was given stays where the next fails.</summary>
    /// <exception cref="XendError">Xen refuses something.</exception>
    public static void Grant(HostServices host, uint domainId, IReadOnlyList<PciFunctionFacts> functions)
    {
        var xen = host.Hypervisor;
        foreach (var function in functions)
        {
            Try(function.Address, "ports and memory", () => Permit(xen, domainId, function.Resources, allow: true));
            if (function.Irq is { } irq)
            {
                Try(function.Address, $"interrupt {irq}", () => xen.MapIrq(domainId, irq));
                Try(function.Address, $"interrupt {irq}", () => xen.PermitIrq(domainId, irq, allow: true));
            }
            if (xen.GetPhysicalInfo().IommuAvailable)
            {
                Assign(xen, domainId, function.Address);
            }
        }
    }

    /// <summary>
    /// Takes back what a domain has of functions, as far as it has any of it, but for what others that it keeps have as well. Returns what
    /// Xen refused to take; a domain that is gone has nothing any more.
    /// </summary>
    public static IReadOnlyList<string> Revoke(
        HostServices host,
        uint domainId,
        IReadOnlyList<PciFunctionFacts> functions,
        IReadOnlyList<PciFunctionFacts> kept
    )
    {
        var xen = host.Hypervisor;
        var complaints = new List<string>();
        if (xen.FindDomain(domainId) is null)
        {
            return complaints;
        }
        var hasIommu = xen.GetPhysicalInfo().IommuAvailable;
        foreach (var function in functions)
        {
            if (hasIommu)
            {
                // ENODEV and EINVAL: it was never assigned, which is as well.
                Quietly(() => xen.DeassignDevice(domainId, function.Address), "ENODEV", "EINVAL", "EOPNOTSUPP");
            }
            if (function.Irq is { } irq && !kept.Any(other => other.Irq == irq))
            {
                Quietly(() => xen.PermitIrq(domainId, irq, allow: false), "EINVAL");
                Quietly(() => xen.UnmapIrq(domainId, irq), "EINVAL");
            }
            Quietly(() => Permit(xen, domainId, function.Resources.Except(kept.SelectMany(other => other.Resources)), allow: false));
        }
        return complaints;

        void Quietly(Action call, params string[] expected)
        {
            try
            {
                call();
            }
            catch (HypervisorException error) when (error.Errno == "ESRCH" || expected.Contains(error.Errno))
            {
                // It has none of it.
            }
            catch (HypervisorException error)
            {
                complaints.Add(error.Message);
            }
        }
    }

    private static void Permit(IHypervisor xen, uint domainId, IEnumerable<PciResource> resources, bool allow)
    {
        foreach (var resource in resources)
        {
            if (resource.IsPorts)
            {
                xen.PermitIoPorts(domainId, (uint)resource.Start, (uint)resource.Size, allow);
                continue;
            }
            var first = resource.Start >> FrameBits;
            var last = (resource.Start + resource.Size - 1) >> FrameBits;
            xen.PermitIoMemory(domainId, first, last - first + 1, allow);
        }
    }

    private static void Assign(IHypervisor xen, uint domainId, PciAddress address)
    {
        try
        {
            xen.AssignDevice(domainId, address);
        }
        catch (HypervisorException error) when (error.Errno is "EOPNOTSUPP" or "ENOSYS")
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"Failed to assign device to IOMMU ({address})",
                "The guest was started without PCI devices, and the IOMMU is set up for a domain when it is made.",
                "Put the device into its configuration (pci =), and start it anew."
            );
        }
        catch (HypervisorException error)
        {
            throw new XendError(ErrorCode.HostResource, $"Failed to assign device to IOMMU ({address})", error.Message, "See xm dmesg.");
        }
    }

    private static void Try(PciAddress address, string what, Action call)
    {
        try
        {
            call();
        }
        catch (HypervisorException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                string.Create(CultureInfo.InvariantCulture, $"pci: failed to configure {what} on device {address}"),
                error.Message,
                "See xm dmesg."
            );
        }
    }
}
