using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Plans;
using Xend.Operations.Policies;
using Xend.Operations.Steps;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>Runs plans, and holds those that make and unmake a domain. The caller has the domain's turn already.</summary>
public sealed partial class Lifecycle(OperationRooms rooms, Runner runner)
{
    /// <summary>Runs the plan of an operation under a journal entry of its own.</summary>
    public async Task RunAsync(OperationKind kind, DomainEntry entry, IReadOnlyList<Step> plan, CancellationToken cancellation)
    {
        using var journal = rooms.Journal.Open(kind, entry.Uuid, entry.Name);
        await RunAsync(kind, entry, plan, journal, cancellation).ConfigureAwait(false);
    }

    private async Task RunAsync(
        OperationKind kind,
        DomainEntry entry,
        IReadOnlyList<Step> plan,
        IJournalEntry journal,
        CancellationToken cancellation
    )
    {
        await runner
            .RunAsync($"{kind.Name} {entry.Name}", plan, new OperationContext(rooms, entry, journal), cancellation)
            .ConfigureAwait(false);
        if (kind.Leftover is not (Leftover.Settle or Leftover.Resume))
        {
            // A life began or ended: what was left open in an earlier one is not to be done to a later one. xm audit finds what it left on
            // the host.
            rooms.Journal.ForgetEarlier(entry.Uuid, journal);
        }
    }

    /// <summary>
    /// Makes a domain that is known, from its configuration. Where that fails the domain is halted, or forgotten.
    /// </summary>
    /// <param name="kind">create or start.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="first">What is done before.</param>
    /// <param name="unpause">Lets it run as the last step; else it is left paused.</param>
    /// <param name="cancellation">Gives up and undoes.</param>
    /// <param name="saved">From what it goes on; null for one that starts.</param>
    public async Task CreateAsync(
        OperationKind kind,
        DomainEntry entry,
        ImmutableArray<Step> first,
        bool unpause,
        CancellationToken cancellation,
        IGuestOrigin? saved = null
    )
    {
        try
        {
            await RunAsync(kind, entry, [.. first, .. CreatePlan.For(entry.Config!, saved), .. LastStep(unpause)], cancellation)
                .ConfigureAwait(false);
        }
        catch
        {
            await rooms.EndAsync(entry.Uuid).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes a domain away with all that it holds. A managed one is halted then, any other forgotten.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="first">What is done before.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task DestroyAsync(DomainEntry entry, ImmutableArray<Step> first, CancellationToken cancellation)
    {
        using var journal = rooms.Journal.Open(OperationKind.Destroy, entry.Uuid, entry.Name);
        var takeAway = await PlanToTakeAwayAsync(entry, journal, cancellation).ConfigureAwait(false);
        rooms.Domains.Change(entry.Uuid, known => known with { State = DomainState.Destroying });
        // A destruction that has begun goes on to its end, whoever loses patience. Only what comes before it (a dump of the memory) may be
        // given up.
        var token = first.IsEmpty ? CancellationToken.None : cancellation;
        await RunAsync(OperationKind.Destroy, entry, [.. first, .. takeAway, new EndDomain()], journal, token).ConfigureAwait(false);
    }

    public Task DestroyAsync(DomainEntry entry, CancellationToken cancellation) => DestroyAsync(entry, [], cancellation);

    /// <summary>Leaves a domain that ended as it is, for somebody to look at.</summary>
    public Task PreserveAsync(DomainEntry entry, ImmutableArray<Step> first, CancellationToken cancellation) =>
        RunAsync(OperationKind.Preserve, entry, [.. first, .. PreservePlan.For()], cancellation);

    /// <summary>
    /// Replaces a domain by a new one of the same configuration, name and UUID. It never leaves the list, and where it cannot be made now
    /// it waits.
    /// </summary>
    /// <param name="kind">restart (it ended by itself), rename-restart (and its old self is kept) or reset (somebody asked).</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="first">What is done before.</param>
    /// <param name="wait">Why it is not made at once, and until when; null to make it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RestartAsync(
        OperationKind kind,
        DomainEntry entry,
        ImmutableArray<Step> first,
        RestartNote? wait,
        CancellationToken cancellation
    )
    {
        try
        {
            using var journal = rooms.Journal.Open(kind, entry.Uuid, entry.Name);
            // Planned before anything is taken away: one that cannot be made anew is told while it is still there to look at.
            ImmutableArray<Step> create = wait is null
                ? [.. CreatePlan.For(entry.Config!), .. LastStep(unpause: !entry.PausedByAdmin)]
                : [];
            Step owe = wait is null ? new OweRestart(counts: kind != OperationKind.Reset) : new OweLater(wait);
            var takeAway =
                kind == OperationKind.RenameRestart
                    ? await PlanToSetAsideAsync(entry, cancellation).ConfigureAwait(false)
                    : [owe, .. await PlanToTakeAwayAsync(entry, journal, cancellation).ConfigureAwait(false), new ForgetOldLife()];
            var last = kind == OperationKind.RenameRestart ? [owe, .. create] : create;
            await RunAsync(kind, entry, [.. first, .. takeAway, .. last], journal, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            var explained = Failure.Explain(error, $"{kind} {entry.Name}");
            if (explained.Code == ErrorCode.Cancelled)
            {
                // Given up because the domain is to be destroyed, or because the daemon stops. In both cases what is owed is written down.
                OweStill(entry);
            }
            else
            {
                await PostponeAsync(entry, explained, counts: kind != OperationKind.Reset).ConfigureAwait(false);
            }
            throw explained;
        }
    }

    /// <summary>What is between its lives is due at once, unless somebody who comes first ends it.</summary>
    private void OweStill(DomainEntry entry)
    {
        if (rooms.Domains.Find(entry.Uuid) is not { State: DomainState.Restarting } current)
        {
            return;
        }
        var runtime = current.Runtime.Id == entry.Runtime.Id ? entry.Runtime : DomainRuntime.None;
        rooms.Domains.Change(entry.Uuid, known =>
            known with
            {
                State = DomainState.Waiting,
                Note = RestartProtection.Interrupted(known),
                Runtime = runtime,
            }
        );
    }

    /// <summary>The second half of a restart, for a daemon that follows one that died in it: nothing of the old domain is left.</summary>
    public async Task RecreateAsync(OperationKind kind, Guid uuid, IJournalEntry journal, CancellationToken cancellation)
    {
        if (rooms.Domains.Change(uuid, known => known.WithoutLife()) is not { } fresh)
        {
            return;
        }
        if (fresh.State == DomainState.Waiting)
        {
            return;
        }
        try
        {
            ImmutableArray<Step> plan = [.. CreatePlan.For(fresh.Config!), .. LastStep(unpause: !fresh.PausedByAdmin)];
            await RunAsync(kind, fresh, plan, journal, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await PostponeAsync(fresh, Failure.Explain(error, $"{kind} {fresh.Name}"), counts: false).ConfigureAwait(false);
        }
    }

    /// <summary>Removes what an operation left behind that an earlier daemon did not end.</summary>
    public async Task CleanUpAsync(Guid uuid, string name, uint domainId, IJournalEntry journal)
    {
        var entry = new DomainEntry
        {
            Uuid = uuid,
            Name = name,
            Runtime = new DomainRuntime(domainId),
            State = DomainState.Destroying,
        };
        await BackendRemoval.LetEarlierScriptsEndAsync(rooms.Host, domainId).ConfigureAwait(false);
        var plan = await PlanToTakeAwayAsync(entry, journal, CancellationToken.None).ConfigureAwait(false);
        await runner
            .RunAsync($"{OperationKind.CleanUp} {name}", plan, new OperationContext(rooms, entry, journal), CancellationToken.None)
            .ConfigureAwait(false);
    }

    /// <summary>Takes the devices of a dead domain away that is kept.</summary>
    public async Task RemoveDevicesAsync(DomainEntry dead, IJournalEntry journal)
    {
        await BackendRemoval.LetEarlierScriptsEndAsync(rooms.Host, dead.Runtime.Id!.Value).ConfigureAwait(false);
        var devices = await FindDevicesAsync(dead.Runtime.Id.Value, CancellationToken.None).ConfigureAwait(false);
        await runner
            .RunAsync(
                $"{OperationKind.CleanUp} {dead.Name}",
                [new StopDeviceModel(dead.Runtime.Id.Value), .. devices.Select(device => new RemoveDevice(device))],
                new OperationContext(rooms, dead, journal),
                CancellationToken.None
            )
            .ConfigureAwait(false);
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
        return DestroyPlan.For(id, entry.Uuid, MayBeServed(entry), devices);
    }

    /// <summary>What a dead daemon or another toolstack left may have a device model, whatever it is.</summary>
    private static bool MayBeServed(DomainEntry entry) => entry.Config is not { } config || BackendClasses.NeedDeviceModel(config);

    // Without xenstored nothing can be found, but the domain itself can still be ended.
    private async Task<IReadOnlyList<DeviceAddress>> FindDevicesAsync(uint domainId, CancellationToken cancellation)
    {
        try
        {
            return await BackendRemoval.FindAsync(rooms.Host, domainId, cancellation).ConfigureAwait(false);
        }
        catch (XenStore.XenStoreConnectionException gone)
        {
            OperationLog.StepComplains(rooms.Log, $"devices of domain {domainId}", gone.Message);
            return [];
        }
    }

    /// <summary>The dead domain goes on under another name, without its devices.</summary>
    private async Task<ImmutableArray<Step>> PlanToSetAsideAsync(DomainEntry entry, CancellationToken cancellation)
    {
        var devices = await FindDevicesAsync(entry.Runtime.Id!.Value, cancellation).ConfigureAwait(false);
        return
        [
            new SetAsideDead(Guid.NewGuid()),
            .. StopServing(entry, entry.Runtime.Id.Value),
            .. devices.Select(device => new RemoveDevice(device)),
            new ReleaseClaims(),
        ];
    }

    /// <summary>The dead have no use for a device model, and it holds the disks and the display that the new one needs.</summary>
    private static ImmutableArray<Step> StopServing(DomainEntry entry, uint id) => MayBeServed(entry) ? [new StopDeviceModel(id)] : [];

    /// <summary>A restart that failed is tried again later. What of its old self is still there is taken away then.</summary>
    private async Task PostponeAsync(DomainEntry entry, XendError error, bool counts)
    {
        var now = rooms.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        if (rooms.Domains.Find(entry.Uuid) is not { } current)
        {
            return;
        }
        var note = RestartProtection.AfterFailure(current, error, now);
        // Where its old self was not gone yet, its id says what is still to be taken away.
        var runtime = current.Runtime.Id == entry.Runtime.Id ? entry.Runtime : DomainRuntime.None;
        if (note.State == RestartState.GaveUp)
        {
            OperationLog.RestartGivenUp(rooms.Log, entry.Name, note.Attempt, note.Reason);
            await rooms.EndAsync(entry.Uuid, note).ConfigureAwait(false);
            return;
        }
        OperationLog.RestartDelayed(rooms.Log, entry.Name, note.Reason, note.Until!.Value);
        rooms.Domains.Change(entry.Uuid, known =>
            (counts ? RestartProtection.Count(known, now) : known) with
            {
                State = DomainState.Waiting,
                Note = note,
                Runtime = runtime,
            }
        );
    }
}
