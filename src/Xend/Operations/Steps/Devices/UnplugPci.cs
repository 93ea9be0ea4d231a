using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Takes functions from a running guest that keeps others, with its consent.</summary>
internal sealed class UnplugPci(DeviceAddress device, ImmutableArray<PciAddress> functions) : Step
{
    public override string Name => "unplug-pci";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (await PciBackend.UnplugAsync(context.Host, device, functions, cancellation).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"{Name} of {context.Name}", complaint);
        }
    }

    /// <summary>What was taken cannot be given back: where it is gone, the configuration says so.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        var entries = await PciNodes.ReadAsync(context.Host.Store, device, CancellationToken.None).ConfigureAwait(false);
        if (!entries.Any(entry => functions.Contains(entry.Function)))
        {
            await new ForgetPci(functions).DoAsync(context, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
