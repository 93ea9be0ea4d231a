using System.Collections.Immutable;

namespace Model.Devices;

/// <summary>A SCSI host adapter that the guest sees, and the host's SCSI devices that are on it.</summary>
/// <param name="Uuid">The adapter's own UUID.</param>
/// <param name="Id">Its number: the first of a unit's virtual address.</param>
/// <param name="IsHost">The devices are all of one adapter of the host (VDEV is <c>host</c>): they come and go together.</param>
/// <param name="Units">At least one.</param>
public sealed record VscsiConfig(Guid Uuid, uint Id, bool IsHost, ImmutableArray<VscsiUnit> Units) : DeviceConfig(ClassName, Uuid, Id)
{
    public const string ClassName = "vscsi";

    /// <summary>So many have a name in configfs and a node each; an adapter with more is nobody's.</summary>
    public const int MostUnits = 128;

    public bool Equals(VscsiConfig? other) =>
        other is not null && (Uuid, Id, IsHost) == (other.Uuid, other.Id, other.IsHost) && Units.SequenceEqual(other.Units);

    public override int GetHashCode() => HashCode.Combine(Uuid, Id, IsHost, Units.Length);
}

/// <summary>One SCSI device of the host in a guest.</summary>
/// <param name="Physical">Where it is in the host.</param>
/// <param name="Name">What the host called it when it was configured: sda. For users; may be empty.</param>
/// <param name="Virtual">Where it is in the guest.</param>
public sealed record VscsiUnit(ScsiAddress Physical, string Name, ScsiAddress Virtual);
