using System.Collections.Immutable;

namespace Xend.Host;

/// <summary>The PCI devices of the host, as dom0's kernel knows them. What is written to them has a limit of time.</summary>
public interface IPciDevices
{
    /// <summary>Whether dom0 has xen-pciback, which serves devices to paravirtualized guests.</summary>
    bool HasBackend { get; }

    /// <summary>
    /// The functions that drivers for giving away (pciback, pci-stub) have, ascending; null where dom0 has neither driver.
    /// </summary>
    IReadOnlyList<PciAddress>? Assignable();

    /// <summary>One function; null where the host has none there.</summary>
    PciFunctionFacts? Find(PciAddress address);

    /// <summary>Puts a function into the state of a start of the machine. What was in the way; null where it is done.</summary>
    string? Reset(PciAddress address);

    /// <summary>Takes a function from the driver that has it and gives it to another. Called again, it does what is left to do.</summary>
    /// <param name="address">The function.</param>
    /// <param name="driver">The driver, as sysfs names it; null for none.</param>
    /// <returns>What was in the way; null where it is done.</returns>
    string? Bind(PciAddress address, string? driver);
}

/// <param name="Address">Where it is.</param>
/// <param name="Driver">The driver of dom0 that has it; null where none has.</param>
/// <param name="Uses">What dom0 itself makes of it: interface eth0, disk sda.</param>
/// <param name="Resources">Its I/O ports and its memory.</param>
/// <param name="Irq">Its interrupt; null where it has none.</param>
/// <param name="Group">The other functions of its IOMMU group, which the IOMMU cannot tell from it.</param>
public sealed record PciFunctionFacts(
    PciAddress Address,
    string? Driver,
    ImmutableArray<PciUse> Uses,
    ImmutableArray<PciResource> Resources,
    uint? Irq,
    ImmutableArray<PciAddress> Group
)
{
    /// <summary>The driver that serves devices to guests. The kernel's module is xen-pciback.</summary>
    public const string Backend = "pciback";

    /// <summary>The driver that keeps devices from dom0 and does nothing with them.</summary>
    public const string Stub = "pci-stub";

    /// <summary>A bridge: other devices are reached through it.</summary>
    public bool IsBridge { get; init; }
}

/// <param name="Kind">What it is: interface, disk, display.</param>
/// <param name="Name">Its name: eth0, sda.</param>
/// <param name="IsIdle">Nobody would miss it now: an interface that is down and in no bridge.</param>
public readonly record struct PciUse(string Kind, string Name, bool IsIdle = false)
{
    public override string ToString() => $"{Kind} {Name}";
}

/// <param name="IsPorts">I/O ports; otherwise memory.</param>
/// <param name="Start">The first port, or the first byte's address.</param>
/// <param name="Size">How many; at least one.</param>
public readonly record struct PciResource(bool IsPorts, ulong Start, ulong Size);
