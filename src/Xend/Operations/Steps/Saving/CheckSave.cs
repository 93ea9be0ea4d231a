using Sxp;

namespace Xend.Operations.Steps;

/// <summary>Refuses what cannot be {Done}, or not be restored, before the guest notices anything.</summary>
/// <param name="path">The file; null for a guest that goes to another host.</param>
internal sealed class CheckSave(string? path) : Step
{
    public override string Name => "check-save";

    private string Done => path is null ? "migrated" : "saved";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Config.Machine.NoMigrate)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{context.Name} cannot be {Done}: its configuration says nomigrate.",
                "It was told of features of this processor that another one may not have."
            );
        }
        if (context.Config.Devices.OfType<PciConfig>().FirstOrDefault() is { } pci)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{context.Name} cannot be {Done} while it has PCI devices of the host.",
                $"It has {string.Join(", ", pci.Functions.Select(function => function.Address))}.",
                $"Take them from it first: xm pci-detach {context.Name} BUS:SLOT.FUNCTION"
            );
        }
        if (path is not null)
        {
            SaveFiles.RefuseOthers(path);
        }
        DemandReadable(context);
        var info = context.Host.Hypervisor.FindDomain(context.DomainId);
        if (info?.CurrentMemoryKib is { } has && has > LimitMemory.LimitKib(context.Config))
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{context.Name} cannot be {Done}: it has more memory than its configuration says.",
                $"It has {has} KiB, and could be given {LimitMemory.LimitKib(context.Config)} KiB when it is restored.",
                $"Wait until it has given back the rest, or let it have more: xm mem-set {context.Name} {(has + 1023) / 1024}"
            );
        }
        if (info is { Paused: true } && !PvDrivers.AreMissing(context))
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{context.Name} cannot be {Done} while it is paused: it has to suspend itself.",
                hint: $"xm unpause {context.Name}"
            );
        }
        return Task.CompletedTask;
    }

    private void DemandReadable(OperationContext context)
    {
        try
        {
            _ = new DomainConfigReader(defaultVifScript: "vif-bridge").Read((SList)SxpReader.Read(SaveGuest.Describe(context)));
        }
        catch (Exception error) when (error is XendError or SxpException)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{context.Name} cannot be {Done}: its configuration could not be read again.",
                error.Message,
                cause: error
            );
        }
    }
}
