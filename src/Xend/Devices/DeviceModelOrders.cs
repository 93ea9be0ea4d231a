using Xend.DeviceModel;

namespace Xend.Devices;

/// <summary>Orders to a domain's device model, whose refusals are told with its last words.</summary>
internal static class DeviceModelOrders
{
    /// <exception cref="XendError">It refused, or did not answer.</exception>
    public static Task GiveAsync(HostServices host, DeviceOwner owner, Func<IQmpSession, Task> orders, CancellationToken cancellation) =>
        GiveAsync(host, owner.DomainId, owner.Name, orders, cancellation);

    /// <inheritdoc cref="GiveAsync(HostServices, DeviceOwner, Func{IQmpSession, Task}, CancellationToken)"/>
    public static async Task GiveAsync(
        HostServices host,
        uint domainId,
        string name,
        Func<IQmpSession, Task> orders,
        CancellationToken cancellation
    )
    {
        try
        {
            var session = await host.DeviceModels.ConnectAsync(domainId, cancellation).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await orders(session).ConfigureAwait(false);
            }
        }
        catch (QmpException error)
        {
            throw new XendError(
                ErrorCode.DeviceModel,
                $"The device model of {name} refused: {error.Message}",
                host.DeviceModels.LastLines(name),
                $"See /var/log/xen/qemu-dm-{name}.log."
            );
        }
    }
}
