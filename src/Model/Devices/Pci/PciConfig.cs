using System.Collections.Immutable;

namespace Model.Devices;

/// <summary>The functions of PCI devices of the host that a domain is given: one device of the class, whose bus the guest sees.</summary>
/// <param name="Uuid">The device's UUID.</param>
/// <param name="Id">Always 0: a domain has one bus.</param>
/// <param name="Functions">In the order in which the backend has them; at least one.</param>
public sealed record PciConfig(Guid Uuid, uint Id, ImmutableArray<PciFunctionConfig> Functions)
    : DeviceConfig(PciConfig.ClassName, Uuid, Id)
{
    public const string ClassName = "pci";

    /// <summary>A bus of a guest has so many slots; more could not be shown to it.</summary>
    public const int MostFunctions = PciAddress.MostSlots;

    public bool Equals(PciConfig? other) =>
        other is not null && Uuid == other.Uuid && Id == other.Id && Functions.SequenceEqual(other.Functions);

    public override int GetHashCode() => HashCode.Combine(Uuid, Id, Functions.Length);
}

/// <summary>One function.</summary>
/// <param name="Address">Where it is on the host.</param>
/// <param name="VirtualSlot">
/// Slot and function in the guest, slot times eight; <see cref="AnySlot"/> is set where any free slot will do.
/// </param>
/// <param name="Key">What the configuration called the device.</param>
/// <param name="Uuid">Its own.</param>
/// <param name="Options">msitranslate and power_mgmt, each on or off; those that were not given are missing.</param>
public sealed record PciFunctionConfig(
    PciAddress Address,
    int VirtualSlot,
    string Key,
    Guid Uuid,
    ImmutableArray<(string Name, bool IsOn)> Options
)
{
    /// <summary>Old xend's AUTO_PHP_SLOT.</summary>
    public const int AnySlot = 0x100;

    public bool Equals(PciFunctionConfig? other) =>
        other is not null
        && (Address, VirtualSlot, Key, Uuid) == (other.Address, other.VirtualSlot, other.Key, other.Uuid)
        && Options.SequenceEqual(other.Options);

    public override int GetHashCode() => HashCode.Combine(Address, VirtualSlot, Key, Uuid);
}
