using Serilog;
using Xend.Relocation;

namespace Xend.Hosting;

/// <summary>
/// The servers at which other hosts' guests arrive, as the options have them. One that cannot be is told, and keeps nothing up.
/// </summary>
internal sealed class RelocationServers : IAsyncDisposable
{
    private readonly List<RelocationServer> _servers = [];

    public static RelocationServers Start(XendOptions options, IRelocationService service, ILogger log)
    {
        var servers = new RelocationServers();
        if (options.RelocationServer)
        {
            servers.Add(options, options.RelocationPort, isSecure: false, service, log);
        }
        if (options.RelocationSslServer)
        {
            servers.Add(options, options.RelocationSslPort, isSecure: true, service, log);
        }
        return servers;
    }

    /// <summary>By what this host is known to others.</summary>
    public static RelocationCredentials CredentialsOf(XendOptions options) =>
        RelocationCredentials.Read(options.RelocationSslCertificateFile, options.RelocationSslKeyFile, options.RelocationSslAuthorityFile);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
        _servers.Clear();
    }

    private void Add(XendOptions options, int port, bool isSecure, IRelocationService service, ILogger log)
    {
        try
        {
            var allow = new HostsAllow(options.RelocationHostsAllow);
            var credentials = isSecure ? CredentialsOf(options) : null;
            _servers.Add(RelocationServer.Start(new RelocationListen(options.RelocationAddress, port, allow, credentials), service, log));
            log.Information("Guests of other hosts are taken at port {Port}{Tls:l}", port, isSecure ? ", by TLS" : "");
            if (allow.AllowsAll && !isSecure)
            {
                log.Warning("Everybody who reaches port {Port} may send guests to this host: xend-relocation-hosts-allow is empty", port);
            }
        }
        catch (XendError error)
        {
            log.Error("Guests of other hosts are not taken at port {Port}: {Reason:l}", port, error.Text);
        }
    }
}
