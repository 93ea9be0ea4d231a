using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Refuses what cannot be saved, before the guest notices anything.</summary>
internal sealed class CheckSave : Step
{
    public override string Name => "check-save";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Config.Machine.NoMigrate)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{context.Name} cannot be saved: its configuration says nomigrate.",
                "It was told of features of this processor that another one may not have."
            );
        }
        if (context.Config.Devices.OfType<PciConfig>().FirstOrDefault() is { } pci)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{context.Name} cannot be saved while it has PCI devices of the host.",
                $"It has {string.Join(", ", pci.Functions.Select(function => function.Address))}.",
                $"Take them from it first: xm pci-detach {context.Name} BUS:SLOT.FUNCTION"
            );
        }
        if (context.Host.Hypervisor.FindDomain(context.DomainId) is { Paused: true } && !PvDrivers.AreMissing(context))
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{context.Name} cannot be saved while it is paused: it has to suspend itself.",
                hint: $"xm unpause {context.Name}"
            );
        }
        return Task.CompletedTask;
    }
}
