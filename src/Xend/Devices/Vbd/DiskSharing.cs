using Xend.Host;

namespace Xend.Devices;

/// <summary>Nobody gets a disk that somebody else writes to, by whatever name it is known, in whole or in part.</summary>
/// <remarks>
/// The stock block script compares device numbers and, for files, inodes of loop devices, and lets several spellings through; so the
/// check is made here, on what the paths stand for.
/// </remarks>
internal static class DiskSharing
{
    public static void Check(DiskWanted wanted, DiskData data, HostServices host, OtherHolds others)
    {
        // "w!" says: shared on purpose, by a cluster file system or a person who knows.
        if (wanted.Mode == "w!")
        {
            return;
        }
        var path = data.Path + (data.IsBelow ? $" (below {wanted.Source.Path})" : "");
        foreach (var use in host.Devices.UsesOf(data.Disk))
        {
            if (data.Mode == "w" || !use.ReadOnly)
            {
                throw InUse(
                    $"{path} is {use.What} in the privileged domain,",
                    "so it cannot be given to a guest" + (data.Mode == "w" ? " for writing." : "."),
                    data.Disk
                );
            }
        }
        IReadOnlyCollection<DiskIdentity> alike = [data.Disk, .. host.Devices.Overlapping(data.Disk)];
        foreach (var holder in others.OnDisks(alike).Where(Clashes))
        {
            throw InUse(
                $"{path} is already used by domain {holder.Domain} as {Said(holder)},",
                $"so it cannot be given to another domain with mode {data.Mode}.",
                holder.Disk
            );
        }
        foreach (var holder in others.OwnOnDisks(alike, wanted.Device).Where(Clashes))
        {
            throw InUse(
                $"{path} is {Said(holder)} of this guest already,",
                $"so it cannot be given to it once more with mode {data.Mode}.",
                holder.Disk
            );
        }

        bool Clashes(DiskHold holder) => data.Mode == "w" || holder.Mode != "r";

        XendError InUse(string who, string consequence, DiskIdentity other) =>
            new(
                ErrorCode.DiskInUse,
                $"{wanted.Subject} could not be connected. {who} {consequence}",
                (
                    other == data.Disk
                        ? $"Both names stand for the same data ({data.Disk})."
                        : $"One is a part of the other, or made of it ({data.Disk}, {other})."
                ) + " Two writers without a cluster file system destroy it.",
                "Free the disk there first, or use mode w! if it is meant to be shared."
            );
    }

    private static string Said(DiskHold holder) =>
        holder.IsBelow ? $"the backing file of {holder.Device} (mode r)" : $"{holder.Device} (mode {holder.Mode})";
}
