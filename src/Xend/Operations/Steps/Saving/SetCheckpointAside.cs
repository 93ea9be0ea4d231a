using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>
/// From here on a domain has no checkpoint: what is to run next would be ahead of it. It is kept under another name until that runs.
/// </summary>
internal sealed class SetCheckpointAside : Step
{
    public override string Name => "set-checkpoint-aside";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        SaveFiles.Rename(context.Checkpoint, AsideOf(context.Checkpoint));
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        TakeBack(context.Domains.Files, context.Uuid);
        return Task.CompletedTask;
    }

    /// <summary>The domain is suspended as before.</summary>
    public static void TakeBack(IDomainFiles files, Guid uuid)
    {
        var checkpoint = files.CheckpointOf(uuid);
        if (SaveFiles.IdentityOf(AsideOf(checkpoint)) is not null)
        {
            SaveFiles.Rename(AsideOf(checkpoint), checkpoint);
        }
    }

    public static string AsideOf(string checkpoint) => checkpoint + ".resumed";
}
