using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>The nodes that every device has, at both ends.</summary>
internal static class DeviceNodes
{
    /// <summary>
    /// Writes both directories. The backend's belongs to dom0 and the guest may read it; the frontend's belongs to the guest.
    /// A node inherits its parent's permissions, so the directories come first. All requests are sent without waiting in between;
    /// xenstored answers in order.
    /// </summary>
    public static Task WriteAsync(
        IXenStoreOperations store,
        DeviceAddress address,
        DeviceOwner owner,
        IReadOnlyList<(string Key, string Value)> backend,
        IReadOnlyList<(string Key, string Value)> frontend,
        CancellationToken cancellation
    )
    {
        var domainId = owner.DomainId.ToString(CultureInfo.InvariantCulture);
        List<Task> requests =
        [
            store.MakeDirectoryAsync(address.BackendPath, cancellation),
            store.SetPermissionsAsync(address.BackendPath, XenStorePermissions.OwnedAndReadBy(0, owner.DomainId), cancellation),
            store.MakeDirectoryAsync(address.FrontendPath, cancellation),
            store.SetPermissionsAsync(address.FrontendPath, XenStorePermissions.OwnedAndReadBy(owner.DomainId, 0), cancellation),
        ];
        Write(
            address.BackendPath,
            [
                ("frontend", address.FrontendPath),
                ("frontend-id", domainId),
                ("domain", owner.Name),
                ("online", "1"),
                .. backend,
                ("state", State(XenbusState.Initialising)),
            ]
        );
        Write(
            address.FrontendPath,
            [("backend", address.BackendPath), ("backend-id", "0"), .. frontend, ("state", State(XenbusState.Initialising))]
        );
        // Old tools find a domain's devices by the index below /vm.
        Write(
            $"/vm/{owner.Uuid}/device/{address.Class}/{address.DeviceId}",
            [("frontend", address.FrontendPath), ("frontend-id", domainId), ("backend", address.BackendPath), ("backend-id", "0")]
        );
        return Task.WhenAll(requests);

        void Write(string directory, IEnumerable<(string Key, string Value)> nodes) =>
            requests.AddRange(nodes.Select(node => store.WriteAsync($"{directory}/{node.Key}", node.Value, cancellation)));
    }

    /// <summary>Removes a device from the index below /vm, for a domain that lives on without it.</summary>
    public static async Task RemoveIndexAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation)
    {
        const string Index = "/vm/";
        var vm = await store.ReadAsync($"/local/domain/{address.DomainId}/vm", cancellation).ConfigureAwait(false) ?? "";
        if (vm.StartsWith(Index, StringComparison.Ordinal) && Guid.TryParse(vm.AsSpan(Index.Length), out var uuid))
        {
            await store.RemoveAsync($"{Index}{uuid}/device/{address.Class}/{address.DeviceId}", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the directories that the last device of its class leaves behind, in a domain that lives on.</summary>
    public static Task RemoveEmptyAsync(IXenStore store, DeviceAddress address) =>
        store.TransactAsync(
            async operations =>
            {
                foreach (var path in new[] { address.BackendPath, address.FrontendPath })
                {
                    var parent = path[..path.LastIndexOf('/')];
                    if (await operations.ListAsync(parent).ConfigureAwait(false) is { Count: 0 })
                    {
                        await operations.RemoveAsync(parent).ConfigureAwait(false);
                    }
                }
                return true;
            },
            CancellationToken.None
        );

    public static string State(XenbusState state) => ((int)state).ToString(CultureInfo.InvariantCulture);
}
