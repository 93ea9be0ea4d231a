using Xend.Devices;
using Xend.Host;
using Xend.Persistence;
using Xend.Requests;

namespace Xend.Operations.Audit;

/// <summary>Loop devices, interfaces, processes and SCSI targets that are there for one domain each.</summary>
internal sealed record HostThings(
    IReadOnlyList<LoopNote> Notes,
    IReadOnlyList<LoopDevice> Loops,
    IReadOnlyList<GuestInterface> Interfaces,
    IReadOnlyList<GuestProcess> Processes,
    IReadOnlyList<ScsiTarget> ScsiTargets
)
{
    public static HostThings Collect(OperationRooms rooms)
    {
        var inventory = rooms.Host.Inventory;
        return new HostThings(
            rooms.Loops.ReadAll(),
            inventory.LoopDevices(),
            inventory.Interfaces(),
            inventory.Processes(),
            rooms.Host.Scsi.All()
        );
    }

    public IEnumerable<Discrepancy> Compare(OperationRooms rooms, PresentDomains present)
    {
        // Only what the ledger says was made for a guest: the administrator has loop devices as well.
        foreach (var note in Notes.Where(note => !present.Has(note.DomainId)))
        {
            if (Loops.Any(loop => loop.Name == note.Loop && loop.File == note.File))
            {
                yield return new Discrepancy(
                    new AuditFinding(
                        "loop",
                        note.Loop,
                        $"has {note.File}, for disk {note.DeviceId} of domain {note.Domain} ({note.DomainId}), which Xen does not have",
                        "detaches it"
                    ),
                    async cancellation =>
                    {
                        var failure = await HostLeftovers.DetachLoopAsync(rooms.Host, note.Loop, cancellation).ConfigureAwait(false);
                        if (failure is null)
                        {
                            rooms.Loops.Forget(note);
                        }
                        return failure;
                    }
                );
            }
            else
            {
                rooms.Loops.Forget(note);
            }
        }
        foreach (var found in Interfaces.Where(found => !present.Has(found.DomainId)))
        {
            yield return new Discrepancy(
                new AuditFinding("interface", found.Name, $"of domain {found.DomainId}, which Xen does not have", "removes it"),
                cancellation => HostLeftovers.DeleteInterfaceAsync(rooms.Host, found.Name, cancellation)
            );
        }
        foreach (var target in ScsiTargets.Where(target => !present.Has(target.DomainId)))
        {
            yield return new Discrepancy(
                new AuditFinding(
                    "scsi-target",
                    target.Name,
                    $"serves a SCSI device to domain {target.DomainId}, which Xen does not have",
                    "removes it"
                ),
                _ => GuestScsi.RemoveAsync(rooms.Host, [target])
            );
        }
        foreach (var process in Processes.Where(process => !present.Has(process.DomainId) && IsLeftBehind(process)))
        {
            yield return new Discrepancy(
                new AuditFinding(
                    "process",
                    $"{process.Id}",
                    $"a {process.What} for domain {process.DomainId}, which Xen does not have",
                    "kills it"
                ),
                _ => Task.FromResult(rooms.Host.Inventory.Kill(process))
            );
        }
    }

    /// <summary>A script whose starter lives will be ended by it. A device model without a domain is nobody's.</summary>
    private static bool IsLeftBehind(GuestProcess process) => process.Kind == GuestProcessKind.DeviceModel || process.Orphaned;
}
