namespace Xend.Operations.Steps;

/// <summary>Removes what is there of a file that was not completed.</summary>
internal sealed class RemoveSaveFile(string path) : Step
{
    public override string Name => "remove-save-file";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Journal.Remember(SaveNotes.GivenUp, "1");
        SaveFiles.Delete(path);
        SaveFiles.Delete(SaveNotes.DeviceModelPathOf(context.Host.Options.DeviceModelStateDirectory, context.DomainId));
        return Task.CompletedTask;
    }
}
