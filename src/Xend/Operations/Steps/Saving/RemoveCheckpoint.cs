using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>A guest runs that went on from its checkpoint, or is to be started anew: nobody needs that any more.</summary>
internal sealed class RemoveCheckpoint : Step
{
    public const string StepName = "remove-checkpoint";

    public override string Name => StepName;

    public override bool Required => false;

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        Remove(context.Domains.Files, context.Uuid);
        return Task.CompletedTask;
    }

    public static void Remove(IDomainFiles files, Guid uuid) => SaveFiles.Delete(SetCheckpointAside.AsideOf(files.CheckpointOf(uuid)));
}
