using Linux.Interop;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serilog;
using Xend.Requests;

namespace Xend.Api.XmlRpc;

/// <summary>
/// The legacy XML-RPC interface on its Unix socket: Kestrel's core, without the host, routing and logging that come with it elsewhere.
/// </summary>
internal sealed class XmlRpcServer : IAsyncDisposable
{
    /// <summary>How long requests under way may take to be given up when the daemon stops.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(400);

    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();

    private XmlRpcServer(KestrelServer server) => _server = server;

    /// <summary>Binds the socket; requests are served when this returns.</summary>
    /// <param name="path">The socket. What is stale there is removed.</param>
    /// <param name="toolstack">Who carries the requests out.</param>
    /// <param name="options">The options in force.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="limits">What one client may use up; null for <see cref="ServerLimits"/>' own.</param>
    /// <exception cref="XendError">The socket cannot be bound.</exception>
    public static async Task<XmlRpcServer> StartAsync(
        string path,
        IToolstack toolstack,
        CurrentOptions options,
        ILogger log,
        CancellationToken cancellation,
        ServerLimits? limits = null
    )
    {
        SocketFile.Prepare(path, log);
        var settings = new KestrelServerOptions { AddServerHeader = false };
        (limits ?? new ServerLimits()).Apply(settings.Limits);
        settings.ListenUnixSocket(path, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => ClientConnection.ServeAsync(connection, next));
        });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var kestrel = new KestrelServer(Options.Create(settings), transport, NullLoggerFactory.Instance);
        var server = new XmlRpcServer(kestrel);
        try
        {
            var application = new XmlRpcApplication(
                new Dispatcher(toolstack, options, log, TimeProvider.System),
                log,
                CurrentProcess.UserId,
                server._stopping.Token
            );
            await kestrel.StartAsync(application, cancellation).ConfigureAwait(false);
            SocketFile.Restrict(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new XendError(
                ErrorCode.HostResource,
                $"The socket {path} cannot be made.",
                hint: "Is the file system full or read-only?",
                cause: error
            );
        }
        log.Listening(path);
        return server;
    }

    /// <summary>Closes the socket, tells requests under way to give up, and does not wait long for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(StopLimit);
        await _server.StopAsync(limit.Token).ConfigureAwait(false);
        _server.Dispose();
        _stopping.Dispose();
    }
}
