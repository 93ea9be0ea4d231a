namespace Xend.Operations.Steps;

/// <summary>Sets dom0's own target; its kernel follows.</summary>
internal sealed class SetControlDomainMemory(ulong kib) : Step
{
    private ulong _before;

    public override string Name => "set-dom0-memory";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var stands = context.Host.Hypervisor.FindDomain(0)?.CurrentMemoryKib ?? 0;
        await context.Memory.SetDom0TargetAsync(kib, cancellation).ConfigureAwait(false);
        // Not before: what was refused changed nothing that could be taken back.
        _before = stands;
    }

    public override Task UndoAsync(OperationContext context) =>
        _before == 0 ? Task.CompletedTask : context.Memory.SetDom0TargetAsync(_before, CancellationToken.None);
}
