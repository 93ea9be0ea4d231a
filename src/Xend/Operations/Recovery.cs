using Xend.Domains;
using Xend.Operations.Migration;
using Xend.Operations.Plans;
using Xend.Operations.Policies;
using Xend.Operations.Steps;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>
/// What the daemon does first: takes back the domains in its keeping and the guests that run, and ends what an earlier daemon had begun.
/// </summary>
public sealed class Recovery(OperationRooms rooms, Lifecycle lifecycle)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        await rooms.Host.Bootloaders.EndOrphansAsync().ConfigureAwait(false);
        AdoptManaged();
        AdoptRunning();
        await FinishSettingAsideAsync(cancellation).ConfigureAwait(false);
        rooms.Journal.RemoveEmpty();
        rooms.Arrivals.ForgetOld();
        var unfinished = rooms.Journal.ReadUnfinished();
        OweInterrupted(unfinished);
        foreach (var operation in unfinished)
        {
            // One domain that cannot be put in order keeps no other from being served; the next start tries again.
            await TryFinishAsync(operation, cancellation).ConfigureAwait(false);
        }
        await rooms.PciDrivers.GiveBackAsync().ConfigureAwait(false);
        foreach (var entry in rooms.Domains.Entries.Values.Where(entry => entry is { State: DomainState.Running, Runtime.Id: not null }))
        {
            OperationLog.Adopted(rooms.Log, entry.Name, entry.Runtime.Id!.Value);
        }
    }

    /// <summary>
    /// Finishes or undoes an operation that was not ended. Returns why it could not, null where it did; its entry then stays.
    /// </summary>
    public async Task<XendError?> TryFinishAsync(UnfinishedOperation operation, CancellationToken cancellation)
    {
        OperationLog.Recovering(rooms.Log, operation.Operation, operation.Name, operation.LastStep);
        using var journal = rooms.Journal.Continue(operation);
        try
        {
            await FinishAsync(operation, journal, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            journal.KeepForNextStart();
            var explained = Failure.Explain(error, $"{operation.Operation} {operation.Name}");
            OperationLog.RecoveryFailed(rooms.Log, explained);
            return explained;
        }
    }

    private void AdoptManaged()
    {
        var names = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var entry in rooms.Domains.Files.LoadManaged())
        {
            if (names.TryAdd(entry.Name, entry.Uuid))
            {
                rooms.Domains.TakeBack(entry);
            }
            else
            {
                OperationLog.SecondOfName(rooms.Log, entry.Name, entry.Uuid, names[entry.Name]);
            }
        }
    }

    private void AdoptRunning()
    {
        foreach (var record in rooms.Domains.Files.LoadRecords())
        {
            // The file of a managed domain is written before its record, so it is the newer one where they differ.
            var entry = rooms.Domains.Find(record.Uuid) switch
            {
                // A new name is in force at once, whatever else waits.
                { Managed: true, Next: { } next } managed => record.WithConfig(record.Config! with { Name = next.Name }) with
                {
                    Managed = true,
                    Next = next,
                    LastStart = managed.LastStart,
                },
                { Managed: true } managed => record.WithConfig(managed.Config!) with { Managed = true, LastStart = managed.LastStart },
                _ => record with { Managed = false },
            };
            // When its reboot was asked for is not kept; a guest that ignores that is told of, from now on, as any other.
            rooms.Domains.TakeBack(entry.RebootWanted ? entry with { ShutdownAsked = rooms.Host.Clock.GetUtcNow() } : entry);
            rooms.Claims.TakeUnchecked(entry.Config!, rooms.Host.Devices);
        }
        // Who does not run has no other configuration than that of the next start.
        foreach (var entry in rooms.Domains.Entries.Values.Where(entry => entry is { State: DomainState.Halted, Next: not null }))
        {
            rooms.Domains.TakeBack(entry.WithNext());
        }
    }

    /// <summary>
    /// A dead domain whose record is written gets its new UUID and name; the one that takes its place has no id yet then.
    /// </summary>
    private async Task FinishSettingAsideAsync(CancellationToken cancellation)
    {
        foreach (var dead in rooms.Domains.Entries.Values.Where(entry => entry is { SetAsideFrom: not null, Runtime.Id: not null }))
        {
            try
            {
                await DeadDomain.RenameAsync(rooms.Host, dead, cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                OperationLog.RecoveryFailed(rooms.Log, Failure.Explain(error, $"rename {dead.Name}"));
            }
            if (rooms.Domains.Find(dead.SetAsideFrom!.Value) is { } heir && heir.Runtime.Id == dead.Runtime.Id)
            {
                rooms.Domains.Adopt(heir.WithoutLife() with { State = DomainState.Restarting });
            }
        }
    }

    /// <summary>One that is between its lives and of which no operation is under way would wait for ever.</summary>
    private void OweInterrupted(IReadOnlyList<UnfinishedOperation> unfinished)
    {
        foreach (
            var entry in rooms.Domains.Entries.Values.Where(entry =>
                entry.State == DomainState.Restarting && unfinished.All(operation => operation.Domain != entry.Uuid)
            )
        )
        {
            rooms.Domains.Change(entry.Uuid, known =>
                known with
                {
                    State = DomainState.Waiting,
                    Note = RestartProtection.Interrupted(known),
                }
            );
        }
    }

    /// <summary>Whether the domain of that UUID which runs now came after the operation: then it is none of its business.</summary>
    private bool IsOfAnEarlierLife(UnfinishedOperation operation) =>
        rooms.Domains.Find(operation.Domain) is { State: DomainState.Running, Runtime.Id: { } id } && operation.DomainId != id;

    private async Task FinishAsync(UnfinishedOperation operation, IJournalEntry journal, CancellationToken cancellation)
    {
        var kind = operation.Kind;
        switch (kind?.Leftover)
        {
            case null or Leftover.None:
                // Of a newer version, perhaps: it is not guessed what it was about.
                journal.KeepForNextStart();
                OperationLog.UnknownOperation(rooms.Log, operation.Operation, operation.Name, operation.Path);
                break;
            case Leftover.Settle:
                await SettleAsync(kind, operation.Domain, journal).ConfigureAwait(false);
                break;
            case Leftover.Delete:
                rooms.Domains.Remove(operation.Domain);
                break;
            case Leftover.Resume when kind == OperationKind.Migrate || kind == OperationKind.HandOver:
                await SettleDepartureAsync(kind, operation, journal).ConfigureAwait(false);
                break;
            case Leftover.TakeAway when kind == OperationKind.Receive && IsOwned(operation) && Current(operation) is { } arrived:
                await lifecycle.FinishAsync(kind, arrived, SavePlan.Run(kind), journal).ConfigureAwait(false);
                if (operation.Notes.GetValueOrDefault(ArrivalNotes.StaysManaged) == "1")
                {
                    rooms.Domains.Change(arrived.Uuid, known => known with { Managed = true });
                }
                break;
            case Leftover.Unpause:
                Unpause(operation);
                break;
            case Leftover.Resume when !kind.GivesUp || !SavePlan.IsKept(operation):
                await ResumeAsync(kind, operation, journal).ConfigureAwait(false);
                break;
            // It ran already, perhaps: its disks are ahead of its file.
            case Leftover.TakeAway when kind.Revives && operation.LastStep is "unpause-guest" && Current(operation) is { } restored:
                await lifecycle.FinishAsync(kind, restored, SavePlan.Run(kind), journal).ConfigureAwait(false);
                break;
            case Leftover.TakeAway when operation.LastStep == RemoveCheckpoint.StepName:
                RemoveCheckpoint.Remove(rooms.Domains.Files, operation.Domain);
                break;
            case Leftover.Recreate:
                await RecreateAsync(kind, operation, journal, cancellation).ConfigureAwait(false);
                break;
            default:
                var earlier = IsOfAnEarlierLife(operation);
                await TakeAwayAsync(operation, journal).ConfigureAwait(false);
                if (kind == OperationKind.Resume)
                {
                    SetCheckpointAside.TakeBack(rooms.Domains.Files, operation.Domain);
                }
                if (!earlier)
                {
                    await rooms.EndAsync(operation.Domain).ConfigureAwait(false);
                }
                break;
        }
    }

    private async Task TakeAwayAsync(UnfinishedOperation operation, IJournalEntry journal)
    {
        foreach (var id in IdsOf(operation))
        {
            await lifecycle.CleanUpAsync(operation.Domain, operation.Name, id, journal).ConfigureAwait(false);
        }
    }

    private async Task SettleAsync(OperationKind kind, Guid uuid, IJournalEntry journal)
    {
        if (
            rooms.Domains.Find(uuid) is not { Runtime.Id: { } id } entry
            || rooms.Host.Hypervisor.FindDomain(id) is not { } info
            || info.Uuid != uuid
        )
        {
            return;
        }
        rooms.Domains.Rewrite(uuid);
        await lifecycle.FinishAsync(kind, entry, SettlePlan.For(kind, entry), journal).ConfigureAwait(false);
    }

    /// <summary>Whether what another host was handing over is this host's.</summary>
    private bool IsOwned(UnfinishedOperation operation) =>
        Guid.TryParse(operation.Notes.GetValueOrDefault(ArrivalNotes.Session), out var session) && rooms.Arrivals.IsOwned(session);

    /// <summary>
    /// One that may be the other host's stands still, and who looks after domains asks; one that was not offered yet goes on.
    /// </summary>
    private async Task SettleDepartureAsync(OperationKind kind, UnfinishedOperation operation, IJournalEntry journal)
    {
        switch (rooms.Domains.Find(operation.Domain)?.State)
        {
            case DomainState.Departing:
                break;
            case DomainState.Destroying:
                await TakeAwayAsync(operation, journal).ConfigureAwait(false);
                await rooms.EndAsync(operation.Domain).ConfigureAwait(false);
                break;
            default:
                await ResumeAsync(kind, operation, journal).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>The domain of which the operation was, where it still runs.</summary>
    private DomainEntry? Current(UnfinishedOperation operation) =>
        rooms.Domains.Find(operation.Domain) is { State: DomainState.Running, Runtime.Id: { } id } entry && operation.DomainId == id
            ? entry
            : null;

    /// <summary>Another toolstack's, too, which is not known yet.</summary>
    private void Unpause(UnfinishedOperation operation)
    {
        if (
            operation.Notes.ContainsKey(HoldGuest.Held)
            && rooms.Host.Hypervisor.ListDomains().FirstOrDefault(domain => domain.Uuid == operation.Domain) is { Paused: true } held
        )
        {
            rooms.Host.Hypervisor.UnpauseDomain(held.Id);
        }
    }

    private async Task ResumeAsync(OperationKind kind, UnfinishedOperation operation, IJournalEntry journal)
    {
        if (
            rooms.Domains.Find(operation.Domain) is { Runtime.Id: { } id } entry
            && rooms.Host.Hypervisor.FindDomain(id) is { } info
            && info.Uuid == operation.Domain
        )
        {
            await lifecycle.FinishAsync(kind, entry, SavePlan.GoOn(kind, operation), journal).ConfigureAwait(false);
        }
        else if (operation.Notes.TryGetValue(SaveNotes.File, out var partial))
        {
            SaveFiles.Delete(partial);
        }
    }

    private async Task RecreateAsync(
        OperationKind kind,
        UnfinishedOperation operation,
        IJournalEntry journal,
        CancellationToken cancellation
    )
    {
        // A halted one ended since, by somebody's will.
        if (rooms.Domains.Find(operation.Domain) is not { IsOff: false } owed)
        {
            return;
        }
        // Either nothing was done yet, or all of it but the last step: the domain of the record is whole.
        if (owed.State is DomainState.Running or DomainState.Preserved)
        {
            if (
                owed is { State: DomainState.Running, PausedByAdmin: false, Runtime.Id: { } id }
                && rooms.Host.Hypervisor.FindDomain(id) is { Paused: true } info
                && info.Uuid == owed.Uuid
            )
            {
                await lifecycle.FinishAsync(kind, owed, ControlPlan.Unpause(), journal).ConfigureAwait(false);
            }
            return;
        }
        foreach (
            var dead in rooms.Domains.Entries.Values.Where(entry => entry.SetAsideFrom == operation.Domain && entry.Runtime.Id is not null)
        )
        {
            await lifecycle.RemoveDevicesAsync(dead, journal).ConfigureAwait(false);
        }
        await TakeAwayAsync(operation, journal).ConfigureAwait(false);
        await lifecycle.RecreateAsync(kind, operation.Domain, journal, cancellation).ConfigureAwait(false);
    }

    /// <summary>The ids under which the domain may stand: what the journal noted, and what Xen has under that UUID.</summary>
    private IEnumerable<uint> IdsOf(UnfinishedOperation operation)
    {
        var ids = rooms
            .Host.Hypervisor.ListDomains()
            .Where(domain => domain.Uuid == operation.Domain)
            .Select(domain => domain.Id)
            .ToHashSet();
        if (operation.DomainId is { } noted)
        {
            ids.Add(noted);
        }
        if (IsOfAnEarlierLife(operation))
        {
            ids.Remove(rooms.Domains.Find(operation.Domain)!.Runtime.Id!.Value);
        }
        return ids;
    }
}
