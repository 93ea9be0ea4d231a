using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>
/// Has pciback take functions of PCI devices, and Xen let the domain reach them, before the guest sees them. What drivers of dom0 lost so
/// they get back when nobody claims it any more.
/// </summary>
internal sealed class GivePci(ImmutableArray<PciAddress> functions) : Step
{
    public override string Name => "give-pci";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        foreach (var function in functions)
        {
            await context.PciDrivers.TakeAsync(function, context.Name, cancellation).ConfigureAwait(false);
            // Not every device can be reset; pciback, too, has put it in order.
            if (context.Host.Pci.Reset(function) is { } complaint)
            {
                OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", $"{function} was not reset: {complaint}");
            }
        }
        PciGrants.Grant(context.Host, context.DomainId, functions);
    }

    /// <summary>What the guest would go on reaching stays its own.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        var held = await PciBus
            .Of(context.Host, context.DomainId)
            .HeldAsync(context.Host, context.DomainId, functions, CancellationToken.None)
            .ConfigureAwait(false);
        var all = (context.Entry?.Config ?? context.Config).Devices.OfType<PciConfig>().SelectMany(device => device.Functions);
        var kept = all.Select(function => function.Address).Except(functions).Concat(held);
        if (PciGrants.Revoke(context.Host, context.DomainId, functions.Except(held), kept) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
    }
}
