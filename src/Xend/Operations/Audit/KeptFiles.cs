using Xend.Domains;
using Xend.Persistence;
using Xend.Requests;

namespace Xend.Operations.Audit;

/// <summary>The daemon's files on running domains and on what is under way, and the claims that it holds in memory.</summary>
internal sealed record KeptFiles(
    IReadOnlyList<RecordFile> Records,
    IReadOnlyList<UnfinishedOperation> Journal,
    IReadOnlyList<(Guid Domain, string Name)> Claims
)
{
    public static KeptFiles Collect(OperationRooms rooms) =>
        new(rooms.Domains.Files.RecordFiles(), rooms.Journal.ReadUnfinished(), rooms.Claims.Holders());

    public IEnumerable<Discrepancy> Compare(
        OperationRooms rooms,
        PresentDomains present,
        Func<UnfinishedOperation, CancellationToken, Task<string?>> finish
    )
    {
        foreach (var file in Records)
        {
            if (file.Domain is not { } uuid)
            {
                var name = Path.GetFileName(file.Path);
                yield return name.EndsWith(".new", StringComparison.Ordinal)
                    ? Delete("file", file.Path, "was being written when a daemon died")
                    : new Discrepancy(
                        new AuditFinding(
                            "file",
                            file.Path,
                            "is no record of a domain, or one that cannot be read; look at it and delete it",
                            null
                        ),
                        null
                    );
            }
            else if (!present.Has(uuid))
            {
                yield return Delete("file", file.Path, $"the record of domain {uuid}, which neither Xen nor xend has");
            }
        }
        foreach (var operation in Journal.Where(operation => !present.IsBusy(operation.Domain)))
        {
            yield return new Discrepancy(
                new AuditFinding(
                    "journal",
                    operation.Path,
                    $"{operation.Operation} {operation.Name} was not ended (step {operation.LastStep ?? "none"})",
                    "finishes or undoes it"
                ),
                cancellation => finish(operation, cancellation)
            );
        }
        foreach (var (domain, name) in Claims.Where(claim => !present.Has(claim.Domain)))
        {
            yield return new Discrepancy(
                new AuditFinding(
                    "claim",
                    name,
                    $"disks and MACs are held for domain {domain}, which neither Xen nor xend has",
                    "releases them"
                ),
                _ =>
                {
                    rooms.Claims.Release(domain);
                    return Task.FromResult<string?>(null);
                }
            );
        }
    }

    private static Discrepancy Delete(string kind, string path, string what) => new(new AuditFinding(kind, path, what, "deletes it"), _ =>
        {
            File.Delete(path);
            return Task.FromResult<string?>(null);
        });
}
