using System.Collections.Immutable;

namespace Xend.Operations.Steps;

/// <summary>Functions that a running guest has no more leave its configuration, and dom0's drivers that had them get them back.</summary>
/// <remarks>They are gone, written down or not: a failure here is made good by the daemon's next start.</remarks>
internal sealed class ForgetPci(ImmutableArray<PciAddress> functions) : Step
{
    public override string Name => "forget-pci";

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var entry = context.Change(known => known.Config is { } config ? known.WithConfig(Without(config)) : known);
        if (entry?.Config is { } left)
        {
            context.Claims.TakeUnchecked(left, context.Host.Devices);
        }
        await context.PciDrivers.GiveBackAsync().ConfigureAwait(false);
    }

    private DomainConfig Without(DomainConfig config) =>
        config with
        {
            Devices =
            [
                .. config.Devices.Select(device =>
                    device is PciConfig pci
                        ? pci with
                        {
                            Functions = [.. pci.Functions.Where(function => !functions.Contains(function.Address))],
                        }
                        : device
                ),
            ],
        };
}
