using Xend.Host;

namespace Xend.Devices;

/// <summary>Nobody gets a disk that somebody else writes to, by whatever name it is known.</summary>
/// <remarks>
/// The stock block script compares device numbers and, for files, inodes of loop devices, and lets several spellings through; so the
/// check is made here, on what the paths stand for.
/// </remarks>
internal static class DiskSharing
{
    public static void Check(DiskWanted wanted, DiskIdentity disk, IReadOnlyList<HostUse> uses, IEnumerable<DiskHold> holders)
    {
        var path = wanted.Source.Path;
        // "w!" says: shared on purpose, by a cluster file system or a person who knows.
        if (wanted.Mode == "w!")
        {
            return;
        }
        foreach (var use in uses)
        {
            if (wanted.Mode == "w" || !use.ReadOnly)
            {
                throw InUse(
                    $"{path} is {use.What} in the privileged domain,",
                    "so it cannot be given to a guest" + (wanted.Mode == "w" ? " for writing." : ".")
                );
            }
        }
        foreach (var holder in holders)
        {
            if (wanted.Mode == "w" || holder.Mode != "r")
            {
                throw InUse(
                    $"{path} is already used by domain {holder.Domain} as {holder.Device} (mode {holder.Mode}),",
                    $"so it cannot be given to another domain with mode {wanted.Mode}."
                );
            }
        }

        XendError InUse(string who, string consequence) =>
            new(
                ErrorCode.DiskInUse,
                $"{wanted.Subject} could not be connected. {who} {consequence}",
                $"Both names stand for the same data ({disk}). Two writers without a cluster file system destroy it.",
                "Free the disk there first, or use mode w! if it is meant to be shared."
            );
    }
}
