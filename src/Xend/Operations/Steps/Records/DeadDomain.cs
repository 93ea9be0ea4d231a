using Xend.Domains;
using XenStore;

namespace Xend.Operations.Steps;

/// <summary>A dead domain that is kept beside the one that took its place.</summary>
internal static class DeadDomain
{
    public static DomainEntry Of(DomainEntry entry, Guid uuid)
    {
        var name = $"Domain-{uuid}";
        return new DomainEntry
        {
            Uuid = uuid,
            Name = name,
            Config = entry.Config! with { Uuid = uuid, Name = name, Devices = [] },
            State = DomainState.Preserved,
            Runtime = entry.Runtime.WithoutDeviceModel(),
            SetAsideFrom = entry.Uuid,
        };
    }

    /// <summary>Has Xen and xenstore know the domain by its new UUID and name. May be done again.</summary>
    public static async Task RenameAsync(HostServices host, DomainEntry dead, CancellationToken cancellation)
    {
        var id = dead.Runtime.Id!.Value;
        if (host.Hypervisor.FindDomain(id) is not { } info || (info.Uuid != dead.Uuid && info.Uuid != dead.SetAsideFrom))
        {
            return;
        }
        host.Hypervisor.SetDomainHandle(id, dead.Uuid);
        await host
            .Store.TransactAsync(
                async store =>
                {
                    var (domain, vm) = (DomainNodes.PathOf(id), $"/vm/{dead.Uuid}");
                    // Later, these are the nodes of the one that took its place.
                    if (await store.ReadAsync($"{domain}/vm", cancellation).ConfigureAwait(false) == $"/vm/{dead.SetAsideFrom}")
                    {
                        await store.RemoveAsync($"/vm/{dead.SetAsideFrom}", cancellation).ConfigureAwait(false);
                    }
                    await store.MakeDirectoryAsync(vm, cancellation).ConfigureAwait(false);
                    await store.SetPermissionsAsync(vm, XenStorePermissions.OwnedAndReadBy(0, id), cancellation).ConfigureAwait(false);
                    await store.WriteAsync($"{vm}/uuid", dead.Uuid.ToString(), cancellation).ConfigureAwait(false);
                    await store.WriteAsync($"{vm}/name", dead.Name, cancellation).ConfigureAwait(false);
                    await store.WriteAsync($"{domain}/vm", vm, cancellation).ConfigureAwait(false);
                    await store.WriteAsync($"{domain}/name", dead.Name, cancellation).ConfigureAwait(false);
                    await store.WriteAsync($"{domain}/xend/shutdown_completed", "True", cancellation).ConfigureAwait(false);
                    return true;
                },
                cancellation
            )
            .ConfigureAwait(false);
    }
}
