namespace Xend.Devices;

/// <summary>What is in the ports of a running guest's USB controller: the device model watches the nodes.</summary>
internal static class UsbPorts
{
    /// <summary>The host's devices that are in a backend's ports.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var ports = await host.Store.ListAsync(address.BackendNode("port"), cancellation).ConfigureAwait(false) ?? [];
        var places = await Task.WhenAll(
                ports.Take(VusbConfig.MostPorts).Select(port => host.Store.ReadAsync(address.BackendNode($"port/{port}"), cancellation))
            )
            .ConfigureAwait(false);
        return [.. places.OfType<string>().Where(VusbConfig.IsPlace)];
    }

    /// <summary>Has in all ports what the configuration says.</summary>
    public static async Task SetAllAsync(HostServices host, VusbConfig controller, DeviceOwner owner, CancellationToken cancellation)
    {
        for (var port = 1; port <= controller.Ports.Length; port++)
        {
            await SetAsync(host, controller, owner, port, controller.Ports[port - 1], cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Plugs a device of the host in, or none; writes nothing where it is so, or the controller is gone.</summary>
    public static Task SetAsync(
        HostServices host,
        VusbConfig controller,
        DeviceOwner owner,
        int port,
        string place,
        CancellationToken cancellation
    )
    {
        var address = BackendClasses.AddressOf(controller, owner);
        return host.Store.TransactAsync(
            async store =>
            {
                var node = address.BackendNode($"port/{port}");
                if (
                    await store.ReadAsync(address.BackendNode("state"), cancellation).ConfigureAwait(false) is not null
                    && await store.ReadAsync(node, cancellation).ConfigureAwait(false) != place
                )
                {
                    await store.WriteAsync(node, place, cancellation).ConfigureAwait(false);
                }
                return true;
            },
            cancellation
        );
    }
}
