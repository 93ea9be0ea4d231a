using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>
/// Devices that other domains than dom0 serve. They are found by dom0's own notes of them, which libxl has of its guests too
/// (<c>/libxl/D/device/CLASS/N/backend</c>): a guest can write neither these nor the directory of its driver domain.
/// </summary>
internal static class DriverDomains
{
    /// <summary>Where a domain has its backends.</summary>
    public static string BackendsOf(uint server) => $"/local/domain/{server}/backend";

    /// <summary>All that serve a domain.</summary>
    public static async Task<IReadOnlyList<DeviceAddress>> FindAllAsync(
        IXenStoreOperations store,
        uint domainId,
        CancellationToken cancellation
    )
    {
        var index = IndexOf(domainId);
        var found = new List<DeviceAddress>();
        foreach (var deviceClass in await store.ListAsync(index, cancellation).ConfigureAwait(false) ?? [])
        {
            var devices = await store.ListAsync($"{index}/{deviceClass}", cancellation).ConfigureAwait(false) ?? [];
            var backends = await Task.WhenAll(
                    devices.Select(device => store.ReadAsync($"{index}/{deviceClass}/{device}/backend", cancellation))
                )
                .ConfigureAwait(false);
            found.AddRange(backends.OfType<string>().Select(Parse).OfType<DeviceAddress>().Where(address => address.DomainId == domainId));
        }
        return found;
    }

    /// <summary>Where one device is that a driver domain serves; null where there is no note of it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="address">As if dom0 served it.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<DeviceAddress?> FindAsync(HostServices host, DeviceAddress address, CancellationToken cancellation)
    {
        var backend = await host.Store.ReadAsync($"{NoteOf(address)}/backend", cancellation).ConfigureAwait(false);
        return backend is not null && Parse(backend) is { } found && found.DomainId == address.DomainId ? found : null;
    }

    /// <summary>Removes the directories that a domain's backends leave behind in those of its driver domains.</summary>
    public static async Task RemoveDirectoriesAsync(IXenStore store, uint domainId, CancellationToken cancellation)
    {
        var servers = (await FindAllAsync(store, domainId, cancellation).ConfigureAwait(false))
            .Select(address => (Backends: BackendsOf(address.BackendDomainId), address.Class))
            .ToHashSet();
        foreach (var (backends, deviceClass) in servers)
        {
            await store.RemoveAsync($"{backends}/{deviceClass}/{domainId}", cancellation).ConfigureAwait(false);
            await store
                .TransactAsync(
                    async operations =>
                    {
                        foreach (var directory in new[] { $"{backends}/{deviceClass}", backends })
                        {
                            if (await operations.ListAsync(directory, cancellation).ConfigureAwait(false) is { Count: 0 })
                            {
                                await operations.RemoveAsync(directory, cancellation).ConfigureAwait(false);
                            }
                        }
                        return true;
                    },
                    cancellation
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>The note of one device. libxl goes by the guest's end: a qdisk is a vbd there.</summary>
    public static string NoteOf(DeviceAddress address) =>
        $"{IndexOf(address.DomainId)}/{BackendClasses.In(address.Class).FrontendDirectory}/{address.DeviceId}";

    private static string IndexOf(uint domainId) => $"/libxl/{domainId}/device";

    /// <summary><c>/local/domain/SERVER/backend/CLASS/DOMAIN/NUMBER</c> of another server than dom0.</summary>
    private static DeviceAddress? Parse(string path) =>
        path.Split('/') is ["", "local", "domain", var server, "backend", { Length: > 0 } directory, var domain, var device]
        && Number(server) is > 0 and { } serverId
        && Number(domain) is { } domainId
        && Number(device) is { } deviceId
            ? new DeviceAddress(directory, domainId, deviceId, serverId)
            : null;

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
