using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>The nodes that every device has, at both ends.</summary>
internal static class DeviceNodes
{
    /// <summary>
    /// Writes both directories. The backend's belongs to who serves it and the guest may read it; the frontend's the other way round.
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
        var server = address.BackendDomainId;
        var serverId = server.ToString(CultureInfo.InvariantCulture);
        List<Task> requests =
        [
            store.MakeDirectoryAsync(address.BackendPath, cancellation),
            store.SetPermissionsAsync(address.BackendPath, XenStorePermissions.OwnedAndReadBy(server, owner.DomainId), cancellation),
            store.MakeDirectoryAsync(address.FrontendPath, cancellation),
            store.SetPermissionsAsync(address.FrontendPath, XenStorePermissions.OwnedAndReadBy(owner.DomainId, server), cancellation),
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
            [("backend", address.BackendPath), ("backend-id", serverId), .. frontend, ("state", State(XenbusState.Initialising))]
        );
        // Old tools find a domain's devices by the index below /vm.
        Write(
            $"/vm/{owner.Uuid}/device/{address.Class}/{address.DeviceId}",
            [("frontend", address.FrontendPath), ("frontend-id", domainId), ("backend", address.BackendPath), ("backend-id", serverId)]
        );
        if (address.IsOfDriverDomain)
        {
            // The one place that tells of it without looking into every domain: libxl's, which has it of its own guests too.
            Write(DriverDomains.NoteOf(address), [("frontend", address.FrontendPath), ("backend", address.BackendPath)]);
        }
        return Task.WhenAll(requests);

        void Write(string directory, IEnumerable<(string Key, string Value)> nodes) =>
            requests.AddRange(nodes.Select(node => store.WriteAsync($"{directory}/{node.Key}", node.Value, cancellation)));
    }

    /// <summary>Nodes of the guest's end, which <see cref="WriteAsync"/> has written before, that the guest may read only.</summary>
    public static Task WriteGuestReadsAsync(
        IXenStoreOperations store,
        DeviceAddress address,
        IReadOnlyList<(string Key, string Value)> nodes,
        CancellationToken cancellation
    )
    {
        var permissions = XenStorePermissions.OwnedAndReadBy(address.BackendDomainId, address.DomainId);
        var requests = new List<Task>();
        foreach (var (key, value) in nodes)
        {
            var node = $"{address.FrontendPath}/{key}";
            requests.Add(store.WriteAsync(node, value, cancellation));
            requests.Add(store.SetPermissionsAsync(node, permissions, cancellation));
        }
        return Task.WhenAll(requests);
    }

    /// <summary>
    /// Removes a device from the index below /vm, and from libxl's if that attached it, for a domain that lives on without it.
    /// </summary>
    public static async Task RemoveIndexAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation)
    {
        await store.RemoveAsync(DriverDomains.NoteOf(address), cancellation).ConfigureAwait(false);
        if (await IndexOfAsync(store, address, cancellation).ConfigureAwait(false) is { } index)
        {
            await store.RemoveAsync($"{index}/{address.Class}/{address.DeviceId}", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the directories that the last device of its class leaves behind, in a domain that lives on.</summary>
    public static Task RemoveEmptyAsync(IXenStore store, DeviceAddress address) =>
        store.TransactAsync(
            async operations =>
            {
                var libxl = Parent(DriverDomains.NoteOf(address));
                List<string> parents = [Parent(address.BackendPath), Parent(address.FrontendPath), libxl, Parent(libxl)];
                if (address.IsOfDriverDomain)
                {
                    // dom0's own classes stay, as drivers have them; those of another domain were made for this.
                    var deviceClass = Parent(Parent(address.BackendPath));
                    parents.AddRange([deviceClass, Parent(deviceClass)]);
                }
                if (await IndexOfAsync(operations, address, CancellationToken.None).ConfigureAwait(false) is { } index)
                {
                    parents.AddRange([$"{index}/{address.Class}", index]);
                }
                foreach (var parent in parents)
                {
                    if (await operations.ListAsync(parent).ConfigureAwait(false) is { Count: 0 })
                    {
                        await operations.RemoveAsync(parent).ConfigureAwait(false);
                    }
                }
                return true;
            },
            CancellationToken.None
        );

    private static string Parent(string path) => path[..path.LastIndexOf('/')];

    /// <summary>Where old tools find a domain's devices; null where the node that says so is none of ours.</summary>
    private static async Task<string?> IndexOfAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation)
    {
        const string Index = "/vm/";
        var vm = await store.ReadAsync($"/local/domain/{address.DomainId}/vm", cancellation).ConfigureAwait(false) ?? "";
        return vm.StartsWith(Index, StringComparison.Ordinal) && Guid.TryParse(vm.AsSpan(Index.Length), out var uuid)
            ? $"{Index}{uuid}/device"
            : null;
    }

    public static string State(XenbusState state) => ((int)state).ToString(CultureInfo.InvariantCulture);
}
