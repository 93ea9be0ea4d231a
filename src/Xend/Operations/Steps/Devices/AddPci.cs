using System.Collections.Immutable;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Has pciback serve more functions to a running guest that has some already.</summary>
internal sealed class AddPci(DeviceAddress device, ImmutableArray<PciFunctionConfig> functions) : Step
{
    public override string Name => "add-pci";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        PciReconfiguration.AddAsync(context.Host, device, functions, cancellation);

    /// <summary>Throws where the guest has got them and does not let go of them: the daemon's next start asks it again.</summary>
    public override async Task UndoAsync(OperationContext context)
    {
        await PciReconfiguration.TakeBackAsync(context.Host, device).ConfigureAwait(false);
        var bus = PciBus.Of(context.Host, device.DomainId);
        var wanted = functions.Select(function => function.Address).ToHashSet();
        var held = await bus.HeldAsync(context.Host, device.DomainId, wanted, CancellationToken.None).ConfigureAwait(false);
        if (held.Count > 0)
        {
            // Their nodes tell of what it reaches.
            Tell(context, PciBus.Keeps(held));
            wanted.ExceptWith(held);
        }
        var entries = await PciNodes.ReadAsync(context.Host.Store, device, CancellationToken.None).ConfigureAwait(false);
        var served = entries.Where(entry => wanted.Contains(entry.Function) && entry.IsServed).Select(entry => entry.Function).ToList();
        if (served.Count > 0)
        {
            Tell(context, await bus.LetGoAsync(context.Host, device, served, CancellationToken.None).ConfigureAwait(false));
        }
        await PciReconfiguration.ForgetAsync(context.Host, device, wanted).ConfigureAwait(false);
    }

    private void Tell(OperationContext context, string? complaint)
    {
        if (complaint is not null)
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
    }
}
