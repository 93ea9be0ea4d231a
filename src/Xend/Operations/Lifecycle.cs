using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Migration;
using Xend.Operations.Plans;
using Xend.Operations.Policies;
using Xend.Operations.Steps;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>Runs plans, and holds those that make and unmake a domain. The caller has the domain's turn already.</summary>
public sealed class Lifecycle(OperationRooms rooms, Runner runner)
{
    /// <summary>So often another host is asked at once whether it has a guest; then from time to time.</summary>
    private const int HandOverTries = 10;

    private const int UnpauseTries = 5;

    private static readonly TimeSpan UnpausePause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan HandOverPause = TimeSpan.FromSeconds(2);

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

    /// <summary>Writes a guest into a file, and takes it away once that is whole.</summary>
    /// <param name="kind">save or suspend.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="path">The file, absolute.</param>
    /// <param name="cancellation">Gives up, until the file is whole; the guest goes on then.</param>
    public async Task SaveAsync(OperationKind kind, DomainEntry entry, string path, CancellationToken cancellation)
    {
        using var journal = rooms.Journal.Open(kind, entry.Uuid, entry.Name);
        journal.DomainCreated(entry.Runtime.Id!.Value);
        await RunAsync(kind, entry, SavePlan.For(path), journal, cancellation).ConfigureAwait(false);
        await EndSavedAsync(kind, entry, journal).ConfigureAwait(false);
    }

    /// <summary>A guest that is elsewhere now is taken away here.</summary>
    private async Task EndSavedAsync(OperationKind kind, DomainEntry entry, IJournalEntry journal, Departure? departure = null)
    {
        try
        {
            rooms.Domains.Change(entry.Uuid, known =>
                known with
                {
                    State = DomainState.Destroying,
                    Departure = null,
                    Managed = known.Managed && departure is not { ChangesHome: true },
                    AwayAt = departure is { ChangesHome: false } ? departure.Host : known.AwayAt,
                }
            );
            var takeAway = await PlanToTakeAwayAsync(entry, journal, CancellationToken.None).ConfigureAwait(false);
            await RunAsync(kind, entry, [.. takeAway, new EndDomain()], journal, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // It is saved all the same, and looked at again until it is gone: by this daemon, or by the next, which knows by the journal.
            if (rooms.Domains.Find(entry.Uuid) is { State: DomainState.Destroying })
            {
                journal.KeepForNextStart();
            }
            OperationLog.StepComplains(rooms.Log, $"{kind} {entry.Name}", Failure.Explain(error, $"{kind} {entry.Name}").Message);
        }
    }

    /// <summary>A suspended domain goes on. Its checkpoint is there until it does: where that fails it is suspended as before.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="saved">Its checkpoint.</param>
    /// <param name="unpause">Lets it run; else it is left paused.</param>
    /// <param name="cancellation">Gives up and undoes.</param>
    public async Task ResumeAsync(DomainEntry entry, IGuestOrigin saved, bool unpause, CancellationToken cancellation)
    {
        using var journal = rooms.Journal.Open(OperationKind.Resume, entry.Uuid, entry.Name);
        try
        {
            await RunAsync(
                    OperationKind.Resume,
                    entry,
                    [.. CreatePlan.For(entry.Config!, saved), new SetCheckpointAside(), .. LastStep(unpause)],
                    journal,
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch
        {
            await rooms.EndAsync(entry.Uuid).ConfigureAwait(false);
            throw;
        }
        // It runs: nothing is taken back any more.
        await RunAsync(OperationKind.Resume, entry, [new RemoveCheckpoint()], journal, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Moves a guest to another host. Until that has it, whatever goes wrong, it goes on here.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="leaving">The talk with the other host.</param>
    /// <param name="offer">What that is told.</param>
    /// <param name="suspending">How the guest is asked.</param>
    /// <param name="cancellation">Gives up, until the guest is handed over.</param>
    internal async Task MigrateAsync(
        DomainEntry entry,
        Leaving leaving,
        MigrationOffer offer,
        Func<OperationContext, SuspendingGuest> suspending,
        CancellationToken cancellation
    )
    {
        using var journal = rooms.Journal.Open(OperationKind.Migrate, entry.Uuid, entry.Name);
        journal.DomainCreated(entry.Runtime.Id!.Value);
        await RunAsync(OperationKind.Migrate, entry, MigrationPlan.For(leaving, offer, suspending), journal, cancellation)
            .ConfigureAwait(false);
        var outcome = await leaving.HandOverAsync(rooms.Host.Clock).ConfigureAwait(false);
        try
        {
            for (var tries = 0; outcome == HandOverOutcome.Unknown && tries < HandOverTries; tries++)
            {
                await Task.Delay(HandOverPause, rooms.Host.Clock, cancellation).ConfigureAwait(false);
                outcome = await Leaving.AskAsync(rooms.Host.Peers, leaving.Departure, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more; it is asked from time to time.
        }
        await SettleDepartureAsync(OperationKind.Migrate, entry.Uuid, leaving.Departure, outcome, journal).ConfigureAwait(false);
    }

    /// <summary>Asks again whose a guest is that was to depart.</summary>
    /// <exception cref="XendError">There is no answer yet; or it was not taken.</exception>
    public async Task SettleDepartureAsync(DomainEntry entry, CancellationToken cancellation)
    {
        if (entry.Departure is not { } departure)
        {
            return;
        }
        using var journal = rooms.Journal.Open(OperationKind.HandOver, entry.Uuid, entry.Name);
        journal.DomainCreated(entry.Runtime.Id!.Value);
        var outcome = await Leaving.AskAsync(rooms.Host.Peers, departure, cancellation).ConfigureAwait(false);
        await SettleDepartureAsync(OperationKind.HandOver, entry.Uuid, departure, outcome, journal).ConfigureAwait(false);
    }

    private async Task SettleDepartureAsync(
        OperationKind kind,
        Guid uuid,
        Departure departure,
        HandOverOutcome outcome,
        IJournalEntry journal
    )
    {
        if (rooms.Domains.Find(uuid) is not { State: DomainState.Departing } entry)
        {
            return;
        }
        switch (outcome)
        {
            case HandOverOutcome.Taken:
                OperationLog.Departed(rooms.Log, entry.Name, departure.Host);
                await EndSavedAsync(kind, entry, journal, departure).ConfigureAwait(false);
                // Where it could not be written down that it is gone, it will be asked again.
                if (rooms.Domains.Find(uuid) is not { State: DomainState.Departing })
                {
                    await Leaving.ForgetAsync(rooms.Host.Peers, departure).ConfigureAwait(false);
                }
                return;
            case HandOverOutcome.NotTaken:
                await RunAsync(kind, entry, MigrationPlan.Stay(), journal, CancellationToken.None).ConfigureAwait(false);
                throw new XendError(
                    ErrorCode.HostResource,
                    $"{entry.Name} was not taken by {departure.Host}, and runs on here.",
                    hint: $"The log of xend there tells why: xm log on {departure.Host}"
                );
            default:
                throw new XendError(
                    ErrorCode.Timeout,
                    $"{entry.Name} was sent to {departure.Host}, which does not say whether it has it.",
                    "It stands still here until that is known: it must not run twice.",
                    $"xend asks again every few seconds. Where {departure.Host} will never answer, xm destroy {entry.Name} ends what is here."
                );
        }
    }

    /// <summary>Makes a guest that comes from another host. Where that fails, the other one goes on with it.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="first">What is done before.</param>
    /// <param name="arriving">The talk with the other host.</param>
    /// <param name="staysManaged">It is in the daemon's keeping from then on.</param>
    /// <param name="cancellation">Gives up and undoes, until it is this host's.</param>
    internal async Task ReceiveAsync(
        DomainEntry entry,
        ImmutableArray<Step> first,
        Arriving arriving,
        bool staysManaged,
        CancellationToken cancellation
    )
    {
        using var journal = rooms.Journal.Open(OperationKind.Receive, entry.Uuid, entry.Name);
        journal.Remember(ArrivalNotes.Session, arriving.Session.ToString());
        journal.Remember(ArrivalNotes.StaysManaged, staysManaged ? "1" : "0");
        try
        {
            await RunAsync(
                    OperationKind.Receive,
                    entry,
                    [.. first, .. CreatePlan.For(entry.Config!, arriving), new AwaitHandOver(arriving)],
                    journal,
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch
        {
            await rooms.EndAsync(entry.Uuid).ConfigureAwait(false);
            throw;
        }
        await LetRunAsync(entry.Uuid, journal).ConfigureAwait(false);
        if (staysManaged)
        {
            rooms.Domains.Change(entry.Uuid, known => known with { Managed = true });
        }
    }

    /// <summary>Nobody else will: the other host's copy is about to go.</summary>
    private async Task LetRunAsync(Guid uuid, IJournalEntry journal)
    {
        for (var tries = 1; rooms.Domains.Find(uuid) is { } arrived; tries++)
        {
            try
            {
                await RunAsync(OperationKind.Receive, arrived, [new UnpauseGuest()], journal, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (XendError) when (tries < UnpauseTries)
            {
                await Task.Delay(UnpausePause, rooms.Host.Clock, CancellationToken.None).ConfigureAwait(false);
            }
            catch (XendError)
            {
                journal.KeepForNextStart();
                throw;
            }
        }
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
