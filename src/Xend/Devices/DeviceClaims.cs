using Xend.Domains;
using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>
/// Which domain holds which disk and MAC. Checking and taking are one act, so that two domains created side by side cannot both get one.
/// </summary>
public sealed class DeviceClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Claim> _claims = [];

    /// <summary>
    /// Runs <paramref name="check"/> against what all others hold and, where it does not throw, takes the domain's own devices.
    /// </summary>
    public void Take(DomainConfig config, IHostDevices host, IReadOnlyList<DiskHolder> foreign, Action<DomainOwnership> check)
    {
        lock (_lock)
        {
            var others = _claims.Where(claim => claim.Key != config.Uuid).Select(claim => claim.Value).ToList();
            check(
                new DomainOwnership(
                    [.. others.SelectMany(claim => claim.Disks), .. foreign],
                    others
                        .SelectMany(claim => claim.Macs.Select(mac => (mac, claim.Domain)))
                        .DistinctBy(pair => pair.mac)
                        .ToDictionary(pair => pair.mac, pair => pair.Domain)
                )
            );
            _claims[config.Uuid] = new Claim(
                config.Name,
                [.. config.Devices.OfType<VbdConfig>().SelectMany(vbd => Holds(config.Name, vbd, host))],
                [.. config.Devices.OfType<VifConfig>().Select(vif => vif.Mac)]
            );
        }
    }

    /// <summary>Takes the devices of a domain that runs already.</summary>
    public void TakeUnchecked(DomainConfig config, IHostDevices host) => Take(config, host, [], static _ => { });

    /// <summary>What a domain holds is told by its new name from now on.</summary>
    public void Rename(Guid domain, string name)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue(domain, out var claim))
            {
                _claims[domain] = claim with { Domain = name, Disks = [.. claim.Disks.Select(disk => disk with { Domain = name })] };
            }
        }
    }

    public void Release(Guid domain)
    {
        lock (_lock)
        {
            _claims.Remove(domain);
        }
    }

    /// <summary>Who holds something.</summary>
    public IReadOnlyList<(Guid Domain, string Name)> Holders()
    {
        lock (_lock)
        {
            return [.. _claims.Select(claim => (claim.Key, claim.Value.Domain))];
        }
    }

    /// <summary>
    /// The disks of domains that other toolstacks created, from their backends. One request a class where there are none.
    /// </summary>
    public static async Task<IReadOnlyList<DiskHolder>> FindForeignDisksAsync(
        HostServices host,
        DomainStore domains,
        CancellationToken cancellation
    )
    {
        var holders = new List<DiskHolder>();
        // The kernel's backend, and the device model's.
        foreach (var backends in new[] { "/local/domain/0/backend/vbd", "/local/domain/0/backend/qdisk" })
        {
            foreach (var domain in await host.Store.ListAsync(backends, cancellation).ConfigureAwait(false) ?? [])
            {
                if (uint.TryParse(domain, out var id) && domains.FindById(id) is not { Foreign: false })
                {
                    var name = domains.FindById(id)?.Name ?? $"with id {id}";
                    holders.AddRange(await FindForeignDisksAsync(host, $"{backends}/{domain}", name, cancellation).ConfigureAwait(false));
                }
            }
        }
        return holders;
    }

    private static async Task<IReadOnlyList<DiskHolder>> FindForeignDisksAsync(
        HostServices host,
        string directory,
        string name,
        CancellationToken cancellation
    )
    {
        const string Raw = "aio:";
        var holders = new List<DiskHolder>();
        foreach (var device in await host.Store.ListAsync(directory, cancellation).ConfigureAwait(false) ?? [])
        {
            var values = await Task.WhenAll(
                    new[] { "params", "mode", "dev" }.Select(key => host.Store.ReadAsync($"{directory}/{device}/{key}", cancellation))
                )
                .ConfigureAwait(false);
            var path =
                values[0] is { } parameters && parameters.StartsWith(Raw, StringComparison.Ordinal) ? parameters[Raw.Length..] : values[0];
            if (path is { Length: > 0 } && host.Devices.Stat(path)?.Disk is { } disk)
            {
                holders.Add(new DiskHolder(disk, name, values[2] ?? device, values[1] ?? "w"));
            }
        }
        return holders;
    }

    private static IEnumerable<DiskHolder> Holds(string domain, VbdConfig vbd, IHostDevices host)
    {
        if (vbd.Uname.Length > 0 && host.Stat(BlockSource.Parse(vbd.Uname).Path)?.Disk is { } disk)
        {
            yield return new DiskHolder(disk, domain, vbd.Name, vbd.Mode);
        }
    }

    private sealed record Claim(string Domain, IReadOnlyList<DiskHolder> Disks, IReadOnlyList<string> Macs);
}
