using System.Collections.Immutable;
using Xend.Domains;
using Xend.Operations.Migration;
using Xend.Operations.Plans;
using Xend.Operations.Steps;
using Xend.Persistence;

namespace Xend.Operations;

/// <content>Guests that go into files and to other hosts, and come from there.</content>
public sealed partial class Lifecycle
{
    /// <summary>So often another host is asked at once whether it has a guest; then from time to time.</summary>
    private const int HandOverTries = 10;

    private const int UnpauseTries = 5;

    private static readonly TimeSpan UnpausePause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan HandOverPause = TimeSpan.FromSeconds(2);

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
}
