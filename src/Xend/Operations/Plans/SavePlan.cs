using System.Collections.Immutable;
using Xend.Domains;
using Xend.Operations.Steps;
using Xend.Persistence;

namespace Xend.Operations.Plans;

/// <summary>From a running guest to a file. Pure functions.</summary>
public static class SavePlan
{
    /// <summary>Until the file is whole and has its name; the guest is suspended then.</summary>
    /// <param name="path">Absolute.</param>
    public static ImmutableArray<Step> For(string path) => [new CheckSave(path), new SaveGuest(path), new KeepSaveFile(path)];

    /// <summary>The guest goes on afterwards.</summary>
    /// <param name="path">Absolute.</param>
    public static ImmutableArray<Step> Checkpoint(string path) => [.. For(path), new ResumeGuest()];

    /// <summary>For the daemon that follows one that died in the middle.</summary>
    public static ImmutableArray<Step> GoOn(OperationKind kind, UnfinishedOperation operation) =>
        [
            .. operation.Notes.TryGetValue(SaveNotes.File, out var partial) ? new Step[] { new RemoveSaveFile(partial) } : [],
            // What runs has no checkpoint: it would be taken for suspended when it ends.
            .. kind == OperationKind.Suspend ? new Step[] { new DiscardCheckpoint() } : [],
            .. operation.Notes.GetValueOrDefault(SaveNotes.Asked) == SaveNotes.Yes ? new Step[] { new ResumeGuest() } : [],
        ];

    /// <summary>For the daemon that follows one that died while it let a guest run that is whole again.</summary>
    public static ImmutableArray<Step> Run(OperationKind kind) =>
        kind == OperationKind.Resume ? [new UnpauseGuest(), new RemoveCheckpoint()] : [new UnpauseGuest()];

    /// <summary>
    /// Whether the file had got its name: what has it is the file that was complete, and nobody has begun to take that back.
    /// </summary>
    public static bool IsKept(UnfinishedOperation operation) =>
        operation.Notes.TryGetValue(SaveNotes.Place, out var place)
        && operation.Notes.TryGetValue(SaveNotes.Identity, out var identity)
        && !operation.Notes.ContainsKey(SaveNotes.GivenUp)
        && SaveFiles.IdentityOf(place) == identity;
}
