using Xend.DeviceModel;

namespace Xend.Devices;

/// <summary>Orders to a domain's device model, whose refusals are told with its last words.</summary>
internal static class DeviceModelOrders
{
    /// <exception cref="XendError">It refused, or did not answer.</exception>
    public static async Task GiveAsync(HostServices host, DeviceOwner owner, Func<IQmpSession, Task> orders, CancellationToken cancellation)
    {
        try
        {
            var session = await host.DeviceModels.ConnectAsync(owner.DomainId, cancellation).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await orders(session).ConfigureAwait(false);
            }
        }
        catch (QmpException error)
        {
            throw new XendError(
                ErrorCode.DeviceModel,
                $"The device model of {owner.Name} refused: {error.Message}",
                host.DeviceModels.LastLines(owner.Name),
                $"See /var/log/xen/qemu-dm-{owner.Name}.log."
            );
        }
    }
}
