using System.Globalization;
using Xend.Host;
using Xend.Hypervisor;

namespace Xend.Devices;

/// <summary>What Xen lets a guest reach of the functions that it has: ports, memory, interrupts, and the IOMMU's way to it.</summary>
/// <remarks>
/// The IOMMU comes first and goes last: whoever can reach a device's registers has it write into memory, which must be the guest's own.
/// Before the IOMMU lets it go, the device is reset, so that it is not at work any more.
/// </remarks>
internal static class PciGrants
{
    private const int FrameBits = 12;

    /// <summary>Gives all of it; what was given stays where the next fails.</summary>
    /// <exception cref="XendError">Xen refuses something.</exception>
    public static void Grant(HostServices host, uint domainId, IEnumerable<PciAddress> functions)
    {
        var xen = host.Hypervisor;
        foreach (var function in functions.Select(host.Pci.Find).OfType<PciFunctionFacts>())
        {
            Assign(xen, domainId, function.Address);
            if (function.Irq is { } irq)
            {
                Try(function.Address, $"interrupt {irq}", () => xen.MapIrq(domainId, irq));
                Try(function.Address, $"interrupt {irq}", () => xen.PermitIrq(domainId, irq, allow: true));
            }
            Try(function.Address, "ports and memory", () => Permit(xen, domainId, function.Resources, allow: true));
        }
    }

    /// <summary>
    /// Takes back what a domain has of functions, as far as it has any of it, but for what others that it keeps have as well; and resets
    /// them. A domain that is gone has nothing any more.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="domainId">The domain.</param>
    /// <param name="functions">The functions. Of one that was pulled out nothing is known any more.</param>
    /// <param name="kept">What the domain goes on having.</param>
    /// <returns>What Xen refused to take back; null where it is all taken.</returns>
    public static string? Revoke(HostServices host, uint domainId, IEnumerable<PciAddress> functions, IEnumerable<PciAddress> kept)
    {
        var xen = host.Hypervisor;
        var isThere = xen.FindDomain(domainId) is not null;
        var others = kept.Select(host.Pci.Find).OfType<PciFunctionFacts>().ToList();
        var complaints = new List<string>();
        foreach (var function in functions.Select(host.Pci.Find).OfType<PciFunctionFacts>())
        {
            if (isThere)
            {
                Quietly(() => Permit(xen, domainId, function.Resources.Except(others.SelectMany(other => other.Resources)), allow: false));
                if (function.Irq is { } irq && others.All(other => other.Irq != irq))
                {
                    Quietly(() => xen.PermitIrq(domainId, irq, allow: false), "EINVAL");
                    Quietly(() => xen.UnmapIrq(domainId, irq), "EINVAL");
                }
            }
            // The next owner, dom0 or a guest, finds nothing of the last one in it. Not every device can be reset.
            host.Pci.Reset(function.Address);
            if (isThere)
            {
                // It was never assigned, or there is no IOMMU: which is as well.
                Quietly(() => xen.DeassignDevice(domainId, function.Address), "ENODEV", "EINVAL", "EOPNOTSUPP", "ENOSYS");
            }
        }
        return complaints.Count == 0 ? null : string.Join('\n', complaints);

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

    /// <summary>Refuses functions to a domain made without an IOMMU. What else is against them is told when they are given.</summary>
    public static void DemandIommu(HostServices host, uint domainId, IEnumerable<PciAddress> functions)
    {
        foreach (var function in functions)
        {
            try
            {
                host.Hypervisor.TestAssignDevice(domainId, function);
            }
            catch (HypervisorException error) when (IsWithoutIommu(error))
            {
                throw WithoutIommu(function);
            }
            catch (HypervisorException)
            {
                // Whose it is, and whether it is there, is told better than by an errno.
            }
        }
    }

    private static bool IsWithoutIommu(HypervisorException error) => error.Errno is "EOPNOTSUPP" or "ENOSYS";

    private static XendError WithoutIommu(PciAddress address) =>
        new(
            ErrorCode.WrongState,
            $"Failed to assign device to IOMMU ({address})",
            "The guest was started without PCI devices, and the IOMMU is set up for a domain when it is made.",
            "Put the device into its configuration (pci =), and start it anew."
        );

    private static void Assign(IHypervisor xen, uint domainId, PciAddress address)
    {
        try
        {
            xen.AssignDevice(domainId, address);
        }
        catch (HypervisorException error) when (IsWithoutIommu(error))
        {
            throw WithoutIommu(address);
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
