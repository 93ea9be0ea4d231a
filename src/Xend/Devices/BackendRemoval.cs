using System.Globalization;

namespace Xend.Devices;

/// <summary>
/// Finds the devices of a domain and takes them away. Works from xenstore alone, so it serves crash recovery and foreign domains too.
/// </summary>
public static class BackendRemoval
{
    private const string Backends = "/local/domain/0/backend";

    /// <summary>
    /// Scripts of a daemon that died may still be at work on the domain's devices; taken away too early, these would be written back.
    /// </summary>
    public static Task LetEarlierScriptsEndAsync(HostServices host, uint domainId) => host.Scripts.EndOrphansAsync(domainId);

    /// <summary>All backends that serve a domain, dom0's and those of driver domains, and what there is for it without one.</summary>
    public static async Task<IReadOnlyList<DeviceAddress>> FindAsync(HostServices host, uint domainId, CancellationToken cancellation)
    {
        var directories = await host.Store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [];
        var found = await Task.WhenAll(directories.Select(directory => FindInAsync(host, directory, domainId, cancellation)))
            .ConfigureAwait(false);
        var elsewhere = await DriverDomains.FindAllAsync(host.Store, domainId, cancellation).ConfigureAwait(false);
        var withoutNodes = BackendClasses.All.SelectMany(known => known.FindWithoutNodes(host, domainId));
        return [.. found.SelectMany(devices => devices).Union(withoutNodes), .. elsewhere];
    }

    /// <summary>Takes whatever devices a domain has, without asking. Returns what went wrong on the way.</summary>
    public static async Task<IReadOnlyList<string>> RemoveAllAsync(HostServices host, uint domainId, CancellationToken cancellation)
    {
        var devices = await FindAsync(host, domainId, cancellation).ConfigureAwait(false);
        var complaints = await Task.WhenAll(devices.Select(address => BackendClasses.ForceOffAsync(host, address, cancellation)))
            .ConfigureAwait(false);
        await RemoveDirectoriesAsync(host, domainId, cancellation).ConfigureAwait(false);
        return [.. complaints.OfType<string>()];
    }

    /// <summary>
    /// Removes the directories that a domain's backends leave behind, one a class: left there, they would add up to xenstored's quota.
    /// </summary>
    public static async Task RemoveDirectoriesAsync(HostServices host, uint domainId, CancellationToken cancellation)
    {
        await DriverDomains.RemoveDirectoriesAsync(host.Store, domainId, cancellation).ConfigureAwait(false);
        var classes = await host.Store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [];
        await Task.WhenAll(
                classes.SelectMany(deviceClass =>
                    new[]
                    {
                        host.Store.RemoveAsync($"{Backends}/{deviceClass}/{domainId}", cancellation),
                        host.Store.RemoveAsync($"/local/domain/0/error/backend/{deviceClass}/{domainId}", cancellation),
                    }
                )
            )
            .ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<DeviceAddress>> FindInAsync(
        HostServices host,
        string directory,
        uint domainId,
        CancellationToken cancellation
    )
    {
        var found = new List<DeviceAddress>();
        foreach (var id in await host.Store.ListAsync($"{Backends}/{directory}/{domainId}", cancellation).ConfigureAwait(false) ?? [])
        {
            if (uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var deviceId))
            {
                found.Add(new DeviceAddress(directory, domainId, deviceId));
            }
        }
        return found;
    }
}
