using Xend.Domains;
using Xend.Host;

namespace Xend.Devices;

/// <summary>
/// Which domain holds which disk, MAC and interface name. Checking and taking are one act, so that two domains created side by side
/// cannot both get one.
/// </summary>
public sealed class DeviceClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Claim> _claims = [];

    /// <summary>
    /// Runs <paramref name="check"/> against what all hold and, where it does not throw, takes the domain's own devices.
    /// </summary>
    public void Take(DomainConfig config, IHostDevices host, IReadOnlyList<Hold> foreign, Action<OtherHolds> check)
    {
        lock (_lock)
        {
            IReadOnlyList<Hold> own =
            [
                .. config.Devices.SelectMany(device => BackendClasses.Of(device).Holds(device, config.Name, host)),
                .. FloppyDrives.Holds(config, host),
            ];
            var others = _claims.Where(claim => claim.Key != config.Uuid).SelectMany(claim => claim.Value.Holds);
            check(new OtherHolds([.. others, .. foreign], own));
            _claims[config.Uuid] = new Claim(config.Name, own);
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
                _claims[domain] = claim with { Domain = name, Holds = [.. claim.Holds.Select(hold => hold with { Domain = name })] };
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

    /// <summary>All that is held.</summary>
    internal IReadOnlyList<Hold> Holds()
    {
        lock (_lock)
        {
            return [.. _claims.Values.SelectMany(claim => claim.Holds)];
        }
    }

    /// <summary>What domains of other toolstacks hold of the kinds that a configuration asks for, from their backends.</summary>
    public static async Task<IReadOnlyList<Hold>> FindForeignAsync(
        HostServices host,
        DomainStore domains,
        DomainConfig config,
        CancellationToken cancellation
    )
    {
        var holds = new List<Hold>();
        foreach (var wanted in ClassesOf(config))
        {
            holds.AddRange(await wanted.FindForeignHoldsAsync(host, NameOf, cancellation).ConfigureAwait(false));
        }
        return holds;

        string? NameOf(uint id) =>
            domains.FindById(id) is { } known
                ? known.Foreign
                    ? known.Name
                    : null
                : $"with id {id}";
    }

    private static IEnumerable<BackendClass> ClassesOf(DomainConfig config)
    {
        var classes = config.Devices.Select(BackendClasses.Of).ToHashSet();
        if (FloppyDrives.Of(config).Any())
        {
            classes.Add(BackendClasses.In("vbd"));
        }
        return classes;
    }

    private sealed record Claim(string Domain, IReadOnlyList<Hold> Holds);
}
