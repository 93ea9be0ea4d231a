using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Makes the empty, paused domain.</summary>
internal sealed class CreateDomain(DomainCreation creation) : Step
{
    public override string Name => "create-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var id = context.Host.Hypervisor.CreateDomain(creation);
        context.Learn(runtime => runtime with { Id = id });
        context.Journal.DomainCreated(id);
        return Task.CompletedTask;
    }

    public override async Task UndoAsync(OperationContext context)
    {
        if (context.Runtime.Id is { } id)
        {
            await DomainDeath.DestroyAsync(context, id, context.Uuid).ConfigureAwait(false);
            context.Learn(runtime => runtime with { Id = null });
        }
    }
}
