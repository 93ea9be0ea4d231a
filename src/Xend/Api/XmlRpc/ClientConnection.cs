using System.IO.Pipelines;
using Linux.Interop;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Xend.Api.XmlRpc;

/// <summary>Who is at the other end of a connection.</summary>
internal sealed record Peer(PeerCredentials Credentials);

/// <summary>Counts a connection's answers; see <see cref="RequestFilter"/>.</summary>
internal sealed record Answers(SemaphoreSlim Given);

/// <summary>What a connection gets before Kestrel reads from it: its peer's name, and tolerance for old clients.</summary>
internal static class ClientConnection
{
    /// <summary>Bytes on their way from the socket to Kestrel; the client waits beyond that.</summary>
    private const int Ahead = 64 * 1024;

    public static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is { } feature)
        {
            connection.Features.Set(new Peer(PeerCredentials.Of(feature.Socket)));
        }
        // Kestrel would drop an answer when this fires. A client that is really gone is noticed when the answer is written.
        connection.ConnectionClosed = CancellationToken.None;

        using var answered = new SemaphoreSlim(0);
        connection.Features.Set(new Answers(answered));
        using var gone = new CancellationTokenSource();
        var transport = connection.Transport;
        var filtered = new Pipe(
            new PipeOptions(pauseWriterThreshold: Ahead, resumeWriterThreshold: Ahead / 2, useSynchronizationContext: false)
        );
        connection.Transport = new Duplex(filtered.Reader, transport.Output);
        var filter = new RequestFilter(transport.Input, filtered.Writer, answered).RunAsync(gone.Token);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            await filtered.Reader.CompleteAsync().ConfigureAwait(false);
            await gone.CancelAsync().ConfigureAwait(false);
            await filter.ConfigureAwait(false);
            connection.Transport = transport;
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
