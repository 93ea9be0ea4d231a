using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Xend.Relocation;

/// <summary>Those that are reached by TCP.</summary>
/// <param name="credentials">For those that are known by TLS; throws where there are none.</param>
public sealed class RelocationPeers(Func<RelocationCredentials> credentials) : IRelocationPeers
{
    /// <summary>Old xend's.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public async Task<RelocationChannel> ConnectAsync(PeerAddress address, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (address.IsSecure)
            {
                using var own = credentials();
                stream = await own.CallAsync(stream, address.Host, limit.Token).ConfigureAwait(false);
            }
            return new RelocationChannel(stream, address.ToString());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new RelocationException($"can't connect: {address} gives no answer");
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new RelocationException(
                $"can't connect: {address}: {ReasonOf(error)}",
                "Does xend take guests there (xend-relocation-server in xend-config.sxp)?"
            );
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A name that nobody has is no errno.</summary>
    private static string ReasonOf(SocketException error) =>
        error.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
            ? "nobody knows that name"
            : Marshal.GetPInvokeErrorMessage(error.NativeErrorCode);
}
