using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Control;
using Xend.Operations.Create;
using Xend.Operations.Destroy;
using Xend.Operations.Policies;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>Runs plans, and holds those that make and unmake a domain. The caller has the domain's turn already.</summary>
public sealed class Lifecycle(OperationRooms rooms, Runner runner)
{
    /// <summary>Runs the plan of an operation under a journal entry of its own.</summary>
    public async Task RunAsync(OperationKind kind, DomainEntry entry, IReadOnlyList<Step> plan, CancellationToken cancellation)
    {
        using var journal = rooms.Journal.Open(kind.Name, entry.Uuid, entry.Name);
        await RunAsync(kind, entry, plan, journal, cancellation).ConfigureAwait(false);
    }

    private Task RunAsync(OperationKind kind, DomainEntry entry, IReadOnlyList<Step> plan, IJournalEntry journal, CancellationToken cancellation) =>
        runner.RunAsync($"{kind.Name} {entry.Name}", plan, new OperationContext(rooms, entry, journal), cancellation);

    /// <summary>Makes a domain whose entry is in the registry, from its configuration. Where that fails the domain is halted, or forgotten.</summary>
    /// <param name="kind">create or start.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="unpause">Lets it run as the last step; else it is left paused.</param>
    /// <param name="cancellation">Gives up and undoes.</param>
    public async Task CreateAsync(OperationKind kind, DomainEntry entry, bool unpause, CancellationToken cancellation)
    {
        try
        {
            await RunAsync(kind, entry, [.. CreatePlan.For(entry.Config!), .. LastStep(unpause)], cancellation).ConfigureAwait(false);
        }
        catch
        {
            rooms.End(entry.Uuid);
            throw;
        }
    }

    /// <summary>Takes a domain away with all that it holds. A managed one is halted then, any other forgotten.</summary>
    public async Task DestroyAsync(DomainEntry entry, CancellationToken cancellation)
    {
        rooms.Registry.Update(entry.Uuid, known => known with { State = DomainState.Destroying });
        using var journal = rooms.Journal.Open(OperationKind.Destroy.Name, entry.Uuid, entry.Name);
        var takeAway = await PlanToTakeAwayAsync(entry, journal, cancellation).ConfigureAwait(false);
        await RunAsync(OperationKind.Destroy, entry, [.. takeAway, new EndDomain()], journal, cancellation).ConfigureAwait(false);
    }

    /// <summary>Leaves a domain that ended as it is, for somebody to look at.</summary>
    public Task PreserveAsync(DomainEntry entry, CancellationToken cancellation) =>
        RunAsync(OperationKind.Preserve, entry, PreservePlan.For(), cancellation);

    /// <summary>Replaces a domain by a new one of the same configuration, name and UUID. It never leaves the list.</summary>
    /// <param name="kind">restart (it ended by itself) or reset (somebody asked).</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RestartAsync(OperationKind kind, DomainEntry entry, CancellationToken cancellation)
    {
        // Planned before anything is taken away: one that cannot be made anew is told while it is still there to look at.
        var create = CreatePlan.For(entry.Config!);
        using var journal = rooms.Journal.Open(kind.Name, entry.Uuid, entry.Name);
        var takeAway = await PlanToTakeAwayAsync(entry, journal, cancellation).ConfigureAwait(false);
        ImmutableArray<Step> plan =
        [
            new OweRestart(counts: kind == OperationKind.Restart),
            .. takeAway,
            new ForgetOldLife(),
            .. create,
            .. LastStep(unpause: !entry.PausedByAdmin),
        ];
        try
        {
            await RunAsync(kind, entry, plan, journal, cancellation).ConfigureAwait(false);
        }
        catch
        {
            EndUnlessItLingers(entry);
            throw;
        }
    }

    /// <summary>The second half of a restart, for a daemon that follows one that died in it: nothing of the old domain is left.</summary>
    public async Task RecreateAsync(OperationKind kind, Guid uuid, IJournalEntry journal, CancellationToken cancellation)
    {
        if (rooms.Registry.Update(uuid, known => known with { State = DomainState.Restarting, Runtime = DomainRuntime.None }) is not { } fresh)
        {
            return;
        }
        try
        {
            ImmutableArray<Step> plan = [.. CreatePlan.For(fresh.Config!), .. LastStep(unpause: !fresh.PausedByAdmin)];
            await RunAsync(kind, fresh, plan, journal, cancellation).ConfigureAwait(false);
        }
        catch
        {
            rooms.End(uuid);
            throw;
        }
    }

    /// <summary>Removes what an operation left behind that an earlier daemon did not end.</summary>
    public async Task CleanUpAsync(Guid uuid, string name, uint domainId, IJournalEntry journal)
    {
        var entry = new DomainEntry { Uuid = uuid, Name = name, Runtime = new DomainRuntime(domainId), State = DomainState.Destroying };
        await DeviceRemoval.LetEarlierScriptsEndAsync(rooms.Host, domainId).ConfigureAwait(false);
        var plan = await PlanToTakeAwayAsync(entry, journal, CancellationToken.None).ConfigureAwait(false);
        await runner.RunAsync($"clean up {name}", plan, new OperationContext(rooms, entry, journal), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Runs a plan under the journal entry of an unfinished operation.</summary>
    public Task FinishAsync(OperationKind kind, DomainEntry entry, IReadOnlyList<Step> plan, IJournalEntry journal) =>
        RunAsync(kind, entry, plan, journal, CancellationToken.None);

    private static ImmutableArray<Step> LastStep(bool unpause) => unpause ? [new UnpauseGuest()] : [];

    private async Task<ImmutableArray<Step>> PlanToTakeAwayAsync(DomainEntry entry, IJournalEntry journal, CancellationToken cancellation)
    {
        if (entry.Runtime.Id is not { } id)
        {
            return [];
        }
        var devices = await FindDevicesAsync(id, cancellation).ConfigureAwait(false);
        journal.DomainCreated(id);
        return DestroyPlan.For(id, entry.Uuid, devices);
    }

    // Without xenstored nothing can be found, but the domain itself can still be ended.
    private async Task<IReadOnlyList<FoundDevice>> FindDevicesAsync(uint domainId, CancellationToken cancellation)
    {
        try
        {
            return await DeviceRemoval.FindAsync(rooms.Host, domainId, cancellation).ConfigureAwait(false);
        }
        catch (XenStore.XenStoreConnectionException gone)
        {
            OperationLog.StepComplains(rooms.Log, $"devices of domain {domainId}", gone.Message);
            return [];
        }
    }

    /// <summary>A restart that failed: where its old self is still in Xen it stays listed, so that it can be destroyed.</summary>
    private void EndUnlessItLingers(DomainEntry entry)
    {
        if (entry.Runtime.Id is { } id && rooms.Host.Hypervisor.FindDomain(id) is { } info && info.Uuid == entry.Uuid)
        {
            rooms.Registry.Update(entry.Uuid, known => known with { State = DomainState.Destroying, Runtime = entry.Runtime });
            return;
        }
        rooms.End(entry.Uuid);
    }
}
