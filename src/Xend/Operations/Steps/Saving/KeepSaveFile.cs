namespace Xend.Operations.Steps;

/// <summary>Gives the file its name. From here on it is whole, and the guest can be given up.</summary>
internal sealed class KeepSaveFile(string path) : Step
{
    public override string Name => "keep-save-file";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (SaveFiles.IdentityOf(SaveNotes.PartialOf(path, context.DomainId)) is not { } identity)
        {
            throw new XendError(ErrorCode.HostResource, $"can't write guest state file {path}: what was written of it is gone");
        }
        context.Journal.Remember(SaveNotes.Identity, identity);
        SaveFiles.Rename(SaveNotes.PartialOf(path, context.DomainId), path);
        return Task.CompletedTask;
    }

    /// <summary>Back under the name by which it is removed.</summary>
    public override Task UndoAsync(OperationContext context)
    {
        context.Journal.Remember(SaveNotes.GivenUp, "1");
        var partial = SaveNotes.PartialOf(path, context.DomainId);
        if (SaveFiles.IdentityOf(partial) is null)
        {
            SaveFiles.Rename(path, partial);
        }
        return Task.CompletedTask;
    }
}
