namespace Xend.Operations.Steps;

/// <summary>SCSI devices that a running guest has no more leave its configuration, and are free for others.</summary>
/// <remarks>They are gone, written down or not: a failure here is made good by the daemon's next start.</remarks>
internal sealed class ForgetScsi(uint adapter, IReadOnlyList<ScsiAddress> units) : Step
{
    public override string Name => "forget-scsi";

    public override bool Required => false;

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var entry = context.Change(known => known.Config is { } config ? known.WithConfig(Without(config)) : known);
        if (entry?.Config is { } left)
        {
            context.Claims.TakeUnchecked(left, context.Host.Devices);
        }
        return Task.CompletedTask;
    }

    private DomainConfig Without(DomainConfig config) =>
        config.Devices.OfType<VscsiConfig>().FirstOrDefault(device => device.Id == adapter) is { } present
            ? config.WithDevice(present with { Units = [.. present.Units.Where(unit => !units.Contains(unit.Virtual))] })
            : config;
}
