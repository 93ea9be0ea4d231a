namespace Xend.Operations.Steps;

/// <summary>Allocates the ports by which the guest reaches xenstored and xenconsoled. They go with the domain.</summary>
internal sealed class AllocateEventChannels : Step
{
    public override string Name => "allocate-event-channels";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var store = context.Host.Hypervisor.AllocateUnboundEventChannel(context.DomainId, 0);
        var console = context.Host.Hypervisor.AllocateUnboundEventChannel(context.DomainId, 0);
        context.Learn(runtime => runtime with { StorePort = store, ConsolePort = console });
        return Task.CompletedTask;
    }
}
