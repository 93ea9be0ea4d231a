using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>
/// For a daemon that died while a device came or went: what is not connected on the host's side is taken away, and out of the
/// configuration. Who asked for it was told nothing, and asks again.
/// </summary>
internal sealed class SettleHotplug : Step
{
    public override string Name => "settle-hot-plug";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        await BackendRemoval.LetEarlierScriptsEndAsync(context.Host, context.DomainId).ConfigureAwait(false);
        var config = context.Entry?.Config ?? context.Config;
        foreach (var device in config.Devices.Where(device => IsPlugged(device, config.Type)))
        {
            var address = await FindAsync(context, device, cancellation).ConfigureAwait(false);
            var isServed =
                await IsServedAsync(context, address, cancellation).ConfigureAwait(false)
                && await SettleEmulated.IsSeenAsync(context, device, cancellation).ConfigureAwait(false);
            var left = await BackendClasses
                .Of(device)
                .SettlePartsAsync(context.Host, device, address, isServed, cancellation)
                .ConfigureAwait(false);
            if (left is not null)
            {
                Keep(context, device, left);
                continue;
            }
            await SettleEmulated.TakeAsync(context, device).ConfigureAwait(false);
            await UnplugDevice.ForceOffAsync(context, address, $"{Name} of {context.Name}").ConfigureAwait(false);
            await new ForgetDevice(device.Class, device.Id).DoAsync(context, cancellation).ConfigureAwait(false);
        }
        await DeviceModelEnd.EndUnneededAsync(context).ConfigureAwait(false);
    }

    /// <summary>Of a driver domain's devices only xenstore tells which domain that was when they came.</summary>
    private static async Task<DeviceAddress> FindAsync(OperationContext context, DeviceConfig device, CancellationToken cancellation)
    {
        var address = BackendClasses.AddressOf(device, context.Owner);
        return
            device.IsOfDriverDomain && await DriverDomains.FindAsync(context.Host, address, cancellation).ConfigureAwait(false) is { } found
            ? found
            : address;
    }

    private static void Keep(OperationContext context, DeviceConfig device, DeviceConfig left)
    {
        if (left == device)
        {
            return;
        }
        var entry = context.Change(known => known.WithConfig(known.Config!.WithDevice(left)));
        context.Claims.TakeUnchecked(entry?.Config ?? context.Config, context.Host.Devices);
    }

    /// <summary>Whether it is one of those that come and go; an HVM guest's CD drive is the device model's.</summary>
    private static bool IsPlugged(DeviceConfig device, GuestType type) =>
        BackendClasses.Of(device).MakeForRunning(device) is not null && !(type == GuestType.Hvm && device is VbdConfig { IsCdrom: true });

    /// <summary>
    /// Whatever state the guest has it in: its script has connected it, or the device model has opened it, and nobody has begun to take it
    /// away.
    /// </summary>
    private static async Task<bool> IsServedAsync(OperationContext context, DeviceAddress address, CancellationToken cancellation)
    {
        var store = context.Host.Store;
        var state = await store.ReadAsync(address.BackendNode("state"), cancellation).ConfigureAwait(false);
        var online = await store.ReadAsync(address.BackendNode("online"), cancellation).ConfigureAwait(false);
        var script = await store.ReadAsync(address.BackendNode("hotplug-status"), cancellation).ConfigureAwait(false);
        var isConnected = BackendClasses.In(address.Class).HasScript(address.Class)
            ? script == "connected"
            : state != DeviceNodes.State(XenbusState.Initialising);
        return state is not null && online == "1" && isConnected;
    }
}
