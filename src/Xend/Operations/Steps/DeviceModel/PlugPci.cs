using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Has the device model of an HVM guest show functions of PCI devices to it.</summary>
/// <remarks>
/// The last of all that gives them: a guest that runs looks at them at once, and what it maps of one before Xen lets it stays out of its
/// reach.
/// </remarks>
internal sealed class PlugPci(ImmutableArray<PciFunctionConfig> functions) : Step
{
    private readonly List<PciAddress> _given = [];

    public override string Name => "plug-pci";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var (host, id) = (context.Host, context.DomainId);
        var places = await PassthroughOrders.ShowAsync(host, id, functions, _given.Add, cancellation).ConfigureAwait(false);
        await PciNodes.PlaceAsync(host.Store, new DeviceAddress(PciConfig.ClassName, id, 0), places, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Throws where the guest does not let go of them: then it keeps all that belongs to them. One that is being made has never run and
    /// lets go of nothing: its device model ends.
    /// </summary>
    public override Task UndoAsync(OperationContext context) =>
        _given.Count == 0 || context.Runtime.InMaking
            ? Task.CompletedTask
            : PassthroughOrders.TakeAsync(context.Host, context.DomainId, _given, CancellationToken.None);
}
