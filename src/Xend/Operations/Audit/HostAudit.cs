using Xend.Domains;
using Xend.Hypervisor;
using Xend.Requests;

namespace Xend.Operations.Audit;

/// <summary>Compares hypervisor, xenstore, processes, loop devices, interfaces and the daemon's files with what should be.</summary>
/// <remarks>
/// What belongs to a domain that Xen has, of whatever toolstack, is never touched; nor is what belongs to one that an operation is at work
/// on.
/// Because everything moves while it is looked at, only what was wrong in two looks is a finding.
/// </remarks>
internal sealed class HostAudit(OperationRooms rooms, DomainQueues queues, Recovery recovery)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    public async Task<IReadOnlyList<AuditFinding>> RunAsync(bool fix, CancellationToken cancellation)
    {
        var found = await LookAsync(cancellation).ConfigureAwait(false);
        if (found.Count > 0)
        {
            await Task.Delay(BetweenLooks, rooms.Host.Clock, cancellation).ConfigureAwait(false);
            var before = found.Select(discrepancy => discrepancy.Key).ToHashSet();
            found = [.. (await LookAsync(cancellation).ConfigureAwait(false)).Where(discrepancy => before.Contains(discrepancy.Key))];
        }
        var findings = new List<AuditFinding>();
        foreach (var discrepancy in found)
        {
            var finding = fix ? await FixAsync(discrepancy, cancellation).ConfigureAwait(false) : discrepancy.Finding;
            OperationLog.AuditFound(rooms.Log, finding);
            findings.Add(finding);
        }
        return findings;
    }

    private async Task<List<Discrepancy>> LookAsync(CancellationToken cancellation)
    {
        // What is on the host comes first and Xen's list of domains last: whatever was there for a domain was made after the domain.
        var store = await StoreAudit.CollectAsync(rooms.Host, cancellation).ConfigureAwait(false);
        var things = HostThings.Collect(rooms);
        var files = KeptFiles.Collect(rooms);
        var present = new PresentDomains(rooms.Host.Hypervisor.ListDomains(), rooms.Domains, queues.Tasks);
        return
        [
            .. DomainAudit.Compare(rooms, present, store),
            .. store.Compare(rooms.Host, present),
            .. things.Compare(rooms, present),
            .. files.Compare(rooms, present, FinishAsync),
        ];
    }

    /// <summary>In the domain's turn, like every other change of it.</summary>
    private Task<string?> FinishAsync(Persistence.UnfinishedOperation operation, CancellationToken cancellation) =>
        queues.RunAsync(
            operation.Domain,
            operation.Name,
            OperationKind.CleanUp,
            Requester.Daemon,
            async turn => (await recovery.TryFinishAsync(operation, turn).ConfigureAwait(false))?.Message,
            cancellation
        );

    private static async Task<AuditFinding> FixAsync(Discrepancy discrepancy, CancellationToken cancellation)
    {
        if (discrepancy.Fix is null)
        {
            return discrepancy.Finding;
        }
        try
        {
            var failure = await discrepancy.Fix(cancellation).ConfigureAwait(false);
            return discrepancy.Finding with { Fixed = failure is null, Failure = failure };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return discrepancy.Finding with { Failure = Operations.Failure.Explain(error, "audit").Message };
        }
    }
}

/// <summary>The domains that something may belong to.</summary>
internal sealed class PresentDomains(IReadOnlyList<DomainInfo> domains, DomainStore store, IReadOnlyList<OperationTask> tasks)
{
    private readonly HashSet<Guid> _busy = [.. tasks.Where(task => task.Runs).Select(task => task.Domain)];

    private readonly HashSet<uint> _ids =
    [
        .. domains.Select(domain => domain.Id),
        // Also those that an operation is at work on: it takes away by itself what they leave.
        .. store.Entries.Values.Where(entry => entry.Operation is not null).Select(entry => entry.Runtime.Id).OfType<uint>(),
    ];

    private readonly HashSet<Guid> _uuids =
    [
        .. domains.Select(domain => domain.Uuid),
        .. store.Entries.Keys,
        .. tasks.Select(task => task.Domain),
    ];

    public IReadOnlyList<DomainInfo> Domains => domains;

    public bool Has(uint id) => _ids.Contains(id);

    public bool Has(Guid uuid) => _uuids.Contains(uuid);

    /// <summary>An operation is at work on it: nothing of it is at rest.</summary>
    public bool IsBusy(Guid uuid) => _busy.Contains(uuid);
}
