using Xend.Host;

namespace Xend.Devices;

/// <summary>Something of the host, or of its networks, that a domain has for itself or shares on certain terms.</summary>
/// <param name="Domain">The name of the domain that has it.</param>
public abstract record Hold(string Domain);

/// <param name="Disk">The data.</param>
/// <param name="Domain">The name of the domain that has it.</param>
/// <param name="Device">Its name there: xvda.</param>
/// <param name="Mode">r, w or <c>w!</c>.</param>
public sealed record DiskHold(DiskIdentity Disk, string Domain, string Device, string Mode) : Hold(Domain);

/// <param name="Mac">The address of an interface.</param>
/// <param name="Domain">The name of the domain that has it.</param>
public sealed record MacHold(string Mac, string Domain) : Hold(Domain);

/// <summary>What other domains have, as far as a new device must not clash with it.</summary>
public sealed class OtherHolds(IReadOnlyList<Hold> holds)
{
    public static OtherHolds None { get; } = new([]);

    /// <summary>The other domains' holds on a disk.</summary>
    public IEnumerable<DiskHold> OnDisk(DiskIdentity disk) => holds.OfType<DiskHold>().Where(hold => hold.Disk == disk);

    /// <summary>The name of the domain that has an interface with that MAC, or null.</summary>
    public string? HolderOfMac(string mac) => holds.OfType<MacHold>().FirstOrDefault(hold => hold.Mac == mac)?.Domain;
}
