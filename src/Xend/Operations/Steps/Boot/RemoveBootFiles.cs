namespace Xend.Operations.Steps;

/// <summary>Deletes the copies of kernel and ramdisk: they are in the guest's memory by now.</summary>
internal sealed class RemoveBootFiles : Step
{
    public override string Name => "remove-boot-files";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        context.Host.Bootloaders.RemoveFiles(context.Uuid);
        return Task.CompletedTask;
    }
}
