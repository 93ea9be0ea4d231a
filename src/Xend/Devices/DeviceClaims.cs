using Xend.Domains;
using Xend.Host;
using XenStore;

namespace Xend.Devices;

/// <summary>Which domain holds which disk and MAC. Checking and taking are one act, so that two domains created side by side cannot both get one.</summary>
public sealed class DeviceClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Claim> _claims = [];

    /// <summary>Runs <paramref name="check"/> against what all others hold and, where it does not throw, takes the domain's own devices.</summary>
    public void Take(DomainConfig config, IHostDevices host, IReadOnlyList<DiskHolder> foreign, Action<DomainOwnership> check)
    {
        lock (_lock)
        {
            var others = _claims.Where(claim => claim.Key != config.Uuid).Select(claim => claim.Value).ToList();
            check(new DomainOwnership(
                [.. others.SelectMany(claim => claim.Disks), .. foreign],
                others.SelectMany(claim => claim.Macs.Select(mac => (mac, claim.Domain))).DistinctBy(pair => pair.mac)
                    .ToDictionary(pair => pair.mac, pair => pair.Domain)));
            _claims[config.Uuid] = new Claim(
                config.Name,
                [.. config.Devices.OfType<VbdConfig>().SelectMany(vbd => Holds(config.Name, vbd, host))],
                [.. config.Devices.OfType<VifConfig>().Select(vif => vif.Mac)]);
        }
    }

    /// <summary>Takes the devices of a domain that runs already.</summary>
    public void TakeUnchecked(DomainConfig config, IHostDevices host) => Take(config, host, [], static _ => { });

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

    /// <summary>The disks of domains that other toolstacks created, from their backends. One request where there are none.</summary>
    public static async Task<IReadOnlyList<DiskHolder>> FindForeignDisksAsync(
        HostServices host, DomainRegistry registry, CancellationToken cancellation)
    {
        const string Backends = "/local/domain/0/backend/vbd";
        var holders = new List<DiskHolder>();
        foreach (var domain in await host.Store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [])
        {
            if (!uint.TryParse(domain, out var id) || registry.FindById(id) is { Foreign: false })
            {
                continue;
            }
            var name = registry.FindById(id)?.Name ?? $"with id {id}";
            foreach (var device in await host.Store.ListAsync($"{Backends}/{domain}", cancellation).ConfigureAwait(false) ?? [])
            {
                var values = await Task.WhenAll(
                    new[] { "params", "mode", "dev" }.Select(key => host.Store.ReadAsync($"{Backends}/{domain}/{device}/{key}", cancellation))).ConfigureAwait(false);
                if (values[0] is { Length: > 0 } path && host.Devices.Stat(path)?.Disk is { } disk)
                {
                    holders.Add(new DiskHolder(disk, name, values[2] ?? device, values[1] ?? "w"));
                }
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
