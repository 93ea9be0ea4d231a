using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Shows more functions to a running guest that has some already.</summary>
internal sealed class AddPci(DeviceAddress device, ImmutableArray<PciFunctionConfig> functions) : Step
{
    public override string Name => "add-pci";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        PciReconfiguration.AddAsync(context.Host, device, functions, cancellation);

    /// <summary>Throws where the guest has got them and does not let go of them: the daemon's next start asks it again.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        await PciReconfiguration.TakeBackAsync(context.Host, device).ConfigureAwait(false);
        var wanted = functions.Select(function => function.Address).ToHashSet();
        var entries = await PciNodes.ReadAsync(context.Host.Store, device, CancellationToken.None).ConfigureAwait(false);
        var served = entries.Where(entry => wanted.Contains(entry.Function) && entry.IsServed).Select(entry => entry.Function).ToList();
        if (served.Count > 0)
        {
            await PciReconfiguration.LetGoAsync(context.Host, device, served, CancellationToken.None).ConfigureAwait(false);
        }
        await PciReconfiguration.ForgetAsync(context.Host, device, wanted).ConfigureAwait(false);
    }
}
