using System.Globalization;
using Xend.Devices;
using Xend.Requests;

namespace Xend.Operations.Audit;

/// <summary>The nodes of xenstore that are there for one domain each. Nothing below a guest's own nodes is read.</summary>
internal sealed class StoreAudit
{
    private const string Backends = "/local/domain/0/backend";

    /// <summary>Directories whose children are domain ids.</summary>
    private static readonly string[] ById = ["/local/domain", "/libxl", "/local/domain/0/device-model"];

    private readonly List<(string Path, uint Id)> _nodes = [];
    private readonly List<(string Path, uint Id)> _backends = [];
    private readonly List<(string Path, Guid Uuid)> _vms = [];

    /// <summary>The ids that have nodes of their own.</summary>
    public HashSet<uint> DomainsWithNodes { get; } = [];

    public static async Task<StoreAudit> CollectAsync(HostServices host, CancellationToken cancellation)
    {
        var audit = new StoreAudit();
        foreach (var directory in ById)
        {
            audit._nodes.AddRange(await IdsAsync(host, directory, cancellation).ConfigureAwait(false));
        }
        audit.DomainsWithNodes.UnionWith(
            audit
                ._nodes.Where(node =>
                    node.Path.StartsWith(ById[0] + "/", StringComparison.Ordinal)
                    && !node.Path.StartsWith("/local/domain/0/", StringComparison.Ordinal)
                )
                .Select(node => node.Id)
        );
        foreach (var deviceClass in await host.Store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [])
        {
            audit._backends.AddRange(await IdsAsync(host, $"{Backends}/{deviceClass}", cancellation).ConfigureAwait(false));
            audit._nodes.AddRange(await IdsAsync(host, $"/local/domain/0/error/backend/{deviceClass}", cancellation).ConfigureAwait(false));
        }
        foreach (var server in audit.DomainsWithNodes.Where(id => id != 0))
        {
            var backends = DriverDomains.BackendsOf(server);
            foreach (var deviceClass in await host.Store.ListAsync(backends, cancellation).ConfigureAwait(false) ?? [])
            {
                audit._nodes.AddRange(await IdsAsync(host, $"{backends}/{deviceClass}", cancellation).ConfigureAwait(false));
            }
        }
        foreach (var name in await host.Store.ListAsync("/vm", cancellation).ConfigureAwait(false) ?? [])
        {
            // Old xend's second instances are UUID-1, UUID-2...
            if (name.Length >= 36 && Guid.TryParseExact(name[..36], "D", out var uuid))
            {
                audit._vms.Add(($"/vm/{name}", uuid));
            }
        }
        return audit;
    }

    public IEnumerable<Discrepancy> Compare(HostServices host, PresentDomains present)
    {
        foreach (var id in _backends.Where(backend => !present.Has(backend.Id)).Select(backend => backend.Id).Distinct())
        {
            yield return new Discrepancy(
                new AuditFinding(
                    "store",
                    $"{Backends}/*/{id}",
                    $"backends of domain {id}, which Xen does not have",
                    "disconnects and removes them"
                ),
                async cancellation =>
                {
                    var complaints = await BackendRemoval.RemoveAllAsync(host, id, cancellation).ConfigureAwait(false);
                    return complaints.Count == 0 ? null : string.Join("; ", complaints);
                }
            );
        }
        foreach (var (path, id) in _nodes.Where(node => !present.Has(node.Id)))
        {
            yield return Remove(host, path, $"nodes of domain {id}, which Xen does not have");
        }
        foreach (var (path, uuid) in _vms.Where(vm => !present.Has(vm.Uuid)))
        {
            yield return Remove(host, path, $"nodes of the domain with UUID {uuid}, which neither Xen nor xend has");
        }
    }

    private static Discrepancy Remove(HostServices host, string path, string what) =>
        new(new AuditFinding("store", path, what, "removes them"), async cancellation =>
        {
            await host.Store.RemoveAsync(path, cancellation).ConfigureAwait(false);
            return null;
        });

    private static async Task<IEnumerable<(string, uint)>> IdsAsync(HostServices host, string directory, CancellationToken cancellation) =>
        (await host.Store.ListAsync(directory, cancellation).ConfigureAwait(false) ?? [])
            .Where(name => uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => ($"{directory}/{name}", uint.Parse(name, CultureInfo.InvariantCulture)));
}
