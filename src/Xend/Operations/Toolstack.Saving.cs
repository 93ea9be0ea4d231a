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
        if (entry.Runtime.Id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot save privileged domain {entry.Name}");
        }
        if (entry.Foreign)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{entry.Name} cannot be saved: it is not a domain of xend's.",
                "Nothing is known here of how it was configured.",
                $"The toolstack that created a domain can save it: xl save {entry.Name} FILE"
            );
        }
        if (entry.Runtime.Id is null)
        {
            throw new XendError(ErrorCode.WrongState, "Domain is not running", $"{entry.Name} is {entry.State.Describe()}.");
        }
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
                        : _lifecycle.SaveAsync(current, path, turn);
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
                var starting = _rooms.Domains.Change(kept.Uuid, known =>
                    known with
                    {
                        State = DomainState.Creating,
                        RestartCount = 0,
                        PausedByAdmin = paused,
                    }
                );
                return _lifecycle.CreateAsync(
                    OperationKind.Restore,
                    (starting ?? current).WithConfig(wanted),
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

    private void RefuseRunning(DomainConfig wanted)
    {
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
