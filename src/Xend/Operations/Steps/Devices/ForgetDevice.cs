namespace Xend.Operations.Steps;

/// <summary>
/// A device that is gone from the host leaves the configuration, and what it held is free, for guests and for dom0. A device model that was
/// there for its sake goes, too.
/// </summary>
/// <remarks>It is gone, written down or not: a failure here is made good by the daemon's next start.</remarks>
internal sealed class ForgetDevice(string deviceClass, uint id) : Step
{
    public override string Name { get; } = $"forget-{deviceClass}-{id}";

    public override bool Required => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var entry = context.Change(known => known.Config is { } config ? known.WithConfig(config.Without(deviceClass, id)) : known);
        if (entry?.Config is { } left)
        {
            context.Claims.TakeUnchecked(left, context.Host.Devices);
        }
        await context.PciDrivers.GiveBackAsync().ConfigureAwait(false);
        if (context.Runtime.DeviceModel is not null)
        {
            await DeviceModelEnd.EndUnneededAsync(context).ConfigureAwait(false);
        }
    }
}
