using Xend.Host;
using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Writes a guest's memory to a file that somebody asked for.</summary>
/// <param name="path">Absolute.</param>
internal sealed class WriteCore(string path) : Step
{
    public override string Name => "write-core";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (KernelCall.TryWithin(KernelCall.UsualLimit, () => Directory.Exists(path), out var isDirectory) && isDirectory)
        {
            throw new XendError(ErrorCode.InvalidRequest, $"Cannot dump core in a directory: {path}", hint: "Name a file in it.");
        }
        var memoryKib =
            context.Host.Hypervisor.FindDomain(context.DomainId) is { } info && info.Uuid == context.Uuid
                ? info.CurrentMemoryKib
                : throw new XendError(ErrorCode.WrongState, $"Failed to dump core: {context.Name} has ended.");
        OperationLog.Dumping(context.Log, context.Name, context.DomainId, path);
        try
        {
            await context.Host.Dumper.DumpAsync(new CoreDumpRequest(context.DomainId, path, memoryKib), cancellation).ConfigureAwait(false);
        }
        catch (XendError error)
        {
            throw new XendError(error.Code, $"Failed to dump core: {error.Message}", error.Detail, error.Hint, error);
        }
    }
}
