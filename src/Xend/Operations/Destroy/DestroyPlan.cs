using System.Collections.Immutable;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Destroy;

/// <summary>
/// From what is found of a domain to the list of steps that take it away, whoever made it and however much of it there is. A pure function.
/// </summary>
/// <remarks>Nothing of it is ever undone: a step that fails is passed over where the domain can be ended without it.</remarks>
public static class DestroyPlan
{
    /// <param name="domainId">The domain.</param>
    /// <param name="uuid">Which one of that id.</param>
    /// <param name="mayBeServed">Whether a device model may serve it; looking for one takes its time.</param>
    /// <param name="devices">Its devices.</param>
    public static ImmutableArray<Step> For(uint domainId, Guid uuid, bool mayBeServed, IReadOnlyList<DeviceAddress> devices) =>
        [
            new PauseDomain(domainId, uuid),
            .. mayBeServed ? new Step[] { new StopDeviceModel(domainId) } : [],
            .. devices.Select(device => new RemoveDevice(device)),
            new DestroyDomain(domainId, uuid),
            new RemoveNodes(domainId, uuid),
        ];
}

/// <summary>Stops the guest from running on while its devices go.</summary>
internal sealed class PauseDomain(uint domainId, Guid uuid) : Step
{
    public override string Name => "pause-domain";

    public override bool Required => false;

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Host.Hypervisor.FindDomain(domainId) is { } info && info.Uuid == uuid)
        {
            context.Host.Hypervisor.PauseDomain(domainId);
        }
        return Task.CompletedTask;
    }
}

/// <summary>Ends the device model, by whomever it was started. Before the devices: some of them are its own.</summary>
internal sealed class StopDeviceModel(uint domainId) : Step
{
    public override string Name => "stop-device-model";

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (await context.Host.DeviceModels.StopAsync(domainId).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }
}

/// <summary>Takes one device away; side by side with the others.</summary>
internal sealed class RemoveDevice(DeviceAddress device) : Step
{
    public override string Name { get; } = $"remove-{device.Class}-{device.DeviceId}";

    public override string? Group => "devices";

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var complaint = await BackendClasses.In(device.Class).ForceOffAsync(context.Host, device, cancellation).ConfigureAwait(false);
        if (complaint is not null)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }
}

/// <summary>
/// Ends the domain and waits until Xen has forgotten it, or has kept it for too long: then it is shown as dying, with what holds it.
/// </summary>
internal sealed class DestroyDomain(uint domainId, Guid uuid) : Step
{
    public override string Name => "destroy-domain";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        DomainDeath.DestroyAsync(context, domainId, uuid);
}

/// <summary>Removes the domain's nodes, and the emptied directories of its backends.</summary>
internal sealed class RemoveNodes(uint domainId, Guid uuid) : Step
{
    public override string Name => "remove-nodes";

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        Create.LoopNotes.Prune(context, domainId);
        await BackendRemoval.RemoveDirectoriesAsync(context.Host, domainId, cancellation).ConfigureAwait(false);
        await DomainNodes.RemoveAsync(context.Host.Store, domainId, uuid, cancellation).ConfigureAwait(false);
    }
}
