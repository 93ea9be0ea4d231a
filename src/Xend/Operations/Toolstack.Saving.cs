using Sxp;
using Xend.Build.Saving;
using Xend.Domains;
using Xend.Operations.Plans;

namespace Xend.Operations;

/// <content>Guests that go into files and come out of them.</content>
public sealed partial class Toolstack
{
    public async Task SaveAsync(string reference, string path, bool checkpoint, Requester requester, CancellationToken cancellation)
    {
        DemandAbsolute(path);
        var entry = Resolve(reference);
        DemandOurs(entry, "save", "saved");
        var kind = checkpoint ? OperationKind.Checkpoint : OperationKind.Save;
        await RunAsync(
                entry,
                kind,
                requester,
                turn =>
                {
                    var current = Demand(entry.Uuid, kind);
                    OperationLog.Asked(_rooms.Log, $"{kind} {entry.Name} to {path}", requester);
                    return checkpoint
                        ? _lifecycle.RunAsync(kind, current, SavePlan.Checkpoint(path), turn)
                        : _lifecycle.SaveAsync(kind, current, path, turn);
                },
                cancellation
            )
            .ConfigureAwait(false);
    }

    public async Task SuspendAsync(string reference, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        DemandOurs(entry, "suspend", "suspended");
        if (!entry.Managed)
        {
            throw new XendError(
                ErrorCode.WrongState,
                "Domain is not managed by Xend lifecycle support.",
                $"{entry.Name} was created and is in nobody's keeping.",
                $"xm save {entry.Name} FILE writes it to a file."
            );
        }
        await RunAsync(
                entry,
                OperationKind.Suspend,
                requester,
                turn =>
                {
                    var current = Demand(entry.Uuid, OperationKind.Suspend);
                    OperationLog.Asked(_rooms.Log, $"suspend {entry.Name}", requester);
                    return _lifecycle.SaveAsync(OperationKind.Suspend, current, _rooms.Domains.Files.CheckpointOf(entry.Uuid), turn);
                },
                cancellation
            )
            .ConfigureAwait(false);
    }

    public async Task ResumeAsync(string reference, bool paused, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot resume privileged domain {entry.Name}");
        }
        await LookAsync($"resume {entry.Name}", cancellation).ConfigureAwait(false);
        await RunAsync(
                entry,
                OperationKind.Resume,
                requester,
                async turn =>
                {
                    var current = Current(entry.Uuid);
                    if (current.State != DomainState.Suspended)
                    {
                        throw new XendError(
                            ErrorCode.WrongState,
                            "Error occurred when resuming: Cannot resume domain that is not suspended.",
                            $"{current.Name} is {current.State.Describe()}."
                        );
                    }
                    OperationLog.Asked(_rooms.Log, $"resume {entry.Name}", requester);
                    var path = _rooms.Domains.Files.CheckpointOf(entry.Uuid);
                    var saved = new SavedGuestFile(path, await InspectAsync(path, turn).ConfigureAwait(false));
                    var wanted = ReadConfiguration(saved) with { Name = current.Name };
                    if (wanted.Uuid != entry.Uuid)
                    {
                        throw Unreadable(path, $"it is of another domain ({wanted.Uuid})");
                    }
                    var resuming = BeginLife(current, paused, wanted);
                    await _lifecycle.ResumeAsync(resuming, saved, unpause: !paused, turn).ConfigureAwait(false);
                },
                cancellation
            )
            .ConfigureAwait(false);
    }

    public async Task<DomainView> RestoreAsync(string path, bool paused, Requester requester, CancellationToken cancellation)
    {
        DemandAbsolute(path);
        var saved = new SavedGuestFile(path, await InspectAsync(path, cancellation).ConfigureAwait(false));
        var wanted = ReadConfiguration(saved);
        await LookAsync($"restore {wanted.Name}", cancellation).ConfigureAwait(false);
        OperationLog.Asked(_rooms.Log, $"restore {wanted.Name} from {path}", requester);
        if (_rooms.Domains.Find(wanted.Uuid) is { Managed: true, State: DomainState.Halted } kept)
        {
            await GoOnAsync(kept, saved, paused, requester, cancellation).ConfigureAwait(false);
        }
        else
        {
            RefuseRunning(wanted);
            var entry = new DomainEntry
            {
                Uuid = wanted.Uuid,
                Name = wanted.Name,
                Config = wanted,
                State = DomainState.Creating,
                PausedByAdmin = paused,
            };
            await MakeAsync(
                    entry,
                    OperationKind.Restore,
                    requester,
                    turn => _lifecycle.CreateAsync(OperationKind.Restore, entry, [], unpause: !paused, turn, saved),
                    cancellation
                )
                .ConfigureAwait(false);
        }
        return FindDomain(wanted.Uuid.ToString());
    }

    /// <summary>A halted domain that xend keeps goes on from a file, with the configuration that it had then.</summary>
    private Task GoOnAsync(DomainEntry kept, SavedGuestFile saved, bool paused, Requester requester, CancellationToken cancellation) =>
        RunAsync(
            kept,
            OperationKind.Restore,
            requester,
            turn =>
            {
                var current = Current(kept.Uuid);
                var wanted = ReadConfiguration(saved) with { Name = current.Name };
                RefuseRunning(wanted);
                return _lifecycle.CreateAsync(
                    OperationKind.Restore,
                    BeginLife(current, paused).WithConfig(wanted),
                    ManagedPlan.New(wanted, current.Config),
                    unpause: !paused,
                    turn,
                    saved
                );
            },
            cancellation
        );

    private async Task<SavedGuest> InspectAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await _rooms.Host.SaveFiles.InspectAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (SaveFileException error)
        {
            throw Unreadable(path, error.Message, error.Detail, error.Hint);
        }
        catch (OperationCanceledException error)
        {
            throw Failure.Explain(error, $"restore {path}");
        }
    }

    /// <summary>Whoever wrote the file wrote this, too.</summary>
    private static DomainConfig ReadConfiguration(SavedGuestFile saved)
    {
        DomainConfig config;
        try
        {
            // What is no list is no domain, says the reader.
            config = new DomainConfigReader(defaultVifScript: "vif-bridge").Read(
                SxpReader.Read(saved.Guest.Configuration) as SList ?? SList.Empty
            );
        }
        catch (Exception error) when (error is SxpException or XendError { Code: ErrorCode.InvalidRequest })
        {
            throw Unreadable(saved.Path, "not a valid guest state file: config parse", error.Message);
        }
        if (config.Type == GuestType.Pv == saved.Guest.IsTranslated)
        {
            throw Unreadable(
                saved.Path,
                "not a valid guest state file: its memory is of a guest of another type than its configuration says"
            );
        }
        return config.Machine.NoMigrate
            ? throw new XendError(ErrorCode.WrongState, "cannot restore non-migratable domain", $"{config.Name} says nomigrate.")
            : config;
    }

    private static XendError Unreadable(string path, string reason, string? detail = null, string? hint = null) =>
        new(ErrorCode.InvalidRequest, $"can't read guest state file {DomainConfigReader.Printable(path)}: {reason}", detail, hint);

    private static void DemandOurs(DomainEntry entry, string act, string done)
    {
        if (entry.Runtime.Id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot {act} privileged domain {entry.Name}");
        }
        if (entry.Foreign)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{entry.Name} cannot be {done}: it is not a domain of xend's.",
                "Nothing is known here of how it was configured.",
                $"The toolstack that created a domain can do it: xl save {entry.Name} FILE"
            );
        }
        if (entry.Runtime.Id is null)
        {
            throw new XendError(ErrorCode.WrongState, "Domain is not running", $"{entry.Name} is {entry.State.Describe()}.");
        }
    }

    private void RefuseRunning(DomainConfig wanted)
    {
        if (_rooms.Domains.Find(wanted.Uuid) is { State: DomainState.Suspended } suspended)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"Domain '{suspended.Name}' is suspended, and goes on from its own checkpoint.",
                hint: $"xm resume {suspended.Name} lets it go on. xm destroy {suspended.Name} throws its checkpoint away."
            );
        }
        if ((_rooms.Domains.Find(wanted.Uuid) ?? _rooms.Domains.Resolve(wanted.Name)) is { Runtime.Id: { } id } other)
        {
            throw new XendError(
                ErrorCode.AlreadyExists,
                $"Domain '{wanted.Name}' already exists with ID '{id}'",
                other.Uuid == wanted.Uuid ? "It has the UUID of the saved one." : null
            );
        }
    }

    private static void DemandAbsolute(string path)
    {
        if (path is not ['/', _, ..] || path.Any(char.IsControl) || path.EndsWith('/'))
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{DomainConfigReader.Printable(path)} cannot be a file of a saved guest",
                hint: "An absolute path of this host is needed."
            );
        }
    }
}
