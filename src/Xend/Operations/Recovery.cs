using Xend.Domains;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>What the daemon does first: takes back the guests that run, and ends what an earlier daemon had begun.</summary>
public sealed class Recovery(OperationRooms rooms, Lifecycle lifecycle)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        await rooms.Host.Bootloaders.EndOrphansAsync().ConfigureAwait(false);
        foreach (var entry in rooms.Records.LoadAll())
        {
            rooms.Registry.Adopt(entry);
            rooms.Claims.TakeUnchecked(entry.Config!, rooms.Host.Devices);
        }
        foreach (var operation in rooms.Journal.ReadUnfinished())
        {
            OperationLog.Recovering(rooms.Log, operation.Operation, operation.Name, operation.LastStep);
            using var journal = rooms.Journal.Continue(operation);
            await FinishAsync(operation, journal, cancellation).ConfigureAwait(false);
        }
        foreach (var entry in rooms.Registry.Entries.Values.Where(entry => entry is { State: DomainState.Running, Runtime.Id: not null }))
        {
            OperationLog.Adopted(rooms.Log, entry.Name, entry.Runtime.Id!.Value);
        }
    }

    /// <summary>A creation is undone, a destruction is finished: both take away whatever there is. A restart is finished as well.</summary>
    private async Task FinishAsync(UnfinishedOperation operation, IJournalEntry journal, CancellationToken cancellation)
    {
        foreach (var id in IdsOf(operation))
        {
            await lifecycle.CleanUpAsync(operation.Domain, operation.Name, id, journal).ConfigureAwait(false);
        }
        var owed = rooms.Registry.Find(operation.Domain);
        if (operation.Operation == "restart" && owed is { State: DomainState.Restarting })
        {
            await TryRecreateAsync(owed, journal, cancellation).ConfigureAwait(false);
        }
        else if (owed is not null && owed.State != DomainState.Restarting)
        {
            rooms.Records.Delete(operation.Domain);
            rooms.Claims.Release(operation.Domain);
            rooms.Registry.Remove(operation.Domain);
        }
    }

    private async Task TryRecreateAsync(DomainEntry entry, IJournalEntry journal, CancellationToken cancellation)
    {
        try
        {
            await lifecycle.RecreateAsync(entry.Uuid, journal, cancellation).ConfigureAwait(false);
        }
        catch (XendError error)
        {
            // The guest cannot run, but the daemon can.
            OperationLog.PolicyFailed(rooms.Log, error, entry.Name);
        }
    }

    /// <summary>The ids under which the domain may stand: what the journal noted, and what Xen has under that UUID.</summary>
    private IEnumerable<uint> IdsOf(UnfinishedOperation operation)
    {
        var ids = rooms.Host.Hypervisor.ListDomains().Where(domain => domain.Uuid == operation.Domain).Select(domain => domain.Id).ToHashSet();
        if (operation.DomainId is { } noted)
        {
            ids.Add(noted);
        }
        return ids;
    }
}
