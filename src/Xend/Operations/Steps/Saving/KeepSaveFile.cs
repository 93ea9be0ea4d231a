namespace Xend.Operations.Steps;

/// <summary>Gives the file its name. From here on it is whole, and the guest can be given up.</summary>
internal sealed class KeepSaveFile(string path) : Step
{
    public override string Name => "keep-save-file";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        SaveFiles.Rename(SaveNotes.PartialOf(path, context.DomainId), path);
        return Task.CompletedTask;
    }

    /// <summary>Back under the name by which it is removed.</summary>
    public override Task UndoAsync(OperationContext context)
    {
        var partial = SaveNotes.PartialOf(path, context.DomainId);
        if (!File.Exists(partial))
        {
            SaveFiles.Rename(path, partial);
        }
        return Task.CompletedTask;
    }
}
