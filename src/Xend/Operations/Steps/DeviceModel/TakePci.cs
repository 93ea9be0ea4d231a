using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Has an HVM guest let go of functions that its device model shows to it. One that it keeps is an error, and stays.</summary>
internal sealed class TakePci(ImmutableArray<PciAddress> functions) : Step
{
    public override string Name => "take-pci";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        PassthroughOrders.TakeAsync(context.Host, context.DomainId, functions, cancellation);

    /// <summary>What the guest has lost is not given back: all of it goes, as was asked.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        var listed = await PassthroughOrders
            .ListedAsync(context.Host, context.DomainId, functions, CancellationToken.None)
            .ConfigureAwait(false);
        var device = (context.Entry?.Config ?? context.Config).Devices.OfType<PciConfig>().FirstOrDefault();
        if (device is null || functions.Where(function => !listed.Contains(function)).ToImmutableArray() is not { IsEmpty: false } gone)
        {
            return;
        }
        var address = BackendClasses.AddressOf(device, context.Owner);
        if (device.Functions.All(function => gone.Contains(function.Address)))
        {
            await UnplugDevice.ForceOffAsync(context, address, $"undo {Name} of {context.Name}").ConfigureAwait(false);
            await new ForgetDevice(device.Class, device.Id).DoAsync(context, CancellationToken.None).ConfigureAwait(false);
            return;
        }
        await new UnplugPci(address, gone).DoAsync(context, CancellationToken.None).ConfigureAwait(false);
        await new ForgetPci(gone).DoAsync(context, CancellationToken.None).ConfigureAwait(false);
    }
}
