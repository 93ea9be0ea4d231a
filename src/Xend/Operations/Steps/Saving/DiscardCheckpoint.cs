namespace Xend.Operations.Steps;

/// <summary>Throws away what a suspended domain would go on from: it is as one whose power was cut.</summary>
internal sealed class DiscardCheckpoint : Step
{
    public override string Name => "discard-checkpoint";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        SaveFiles.Delete(context.Checkpoint);
        return context.Domains.Files.HasCheckpoint(context.Uuid)
            ? throw new XendError(ErrorCode.HostResource, $"The checkpoint {context.Checkpoint} cannot be removed.")
            : Task.CompletedTask;
    }
}
