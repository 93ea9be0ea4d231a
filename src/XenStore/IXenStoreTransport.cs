using System.Net.Sockets;

namespace XenStore;

/// <summary>How xenstored is reached. The client calls it once for the first connection and once for each reconnection.</summary>
public interface IXenStoreTransport
{
    /// <summary>What is connected to, for messages: a socket's path.</summary>
    string Name { get; }

    /// <summary>
    /// A duplex stream to xenstored, owned by the caller. Throws <see cref="IOException"/> or <see cref="SocketException"/>.
    /// </summary>
    Task<Stream> ConnectAsync(CancellationToken cancellation);
}

/// <summary>A transport made of a function.</summary>
public sealed class XenStoreStreamTransport(string name, Func<CancellationToken, Task<Stream>> connect) : IXenStoreTransport
{
    public string Name { get; } = name;

    public Task<Stream> ConnectAsync(CancellationToken cancellation) => connect(cancellation);
}

/// <summary>xenstored's Unix socket.</summary>
/// <remarks>
/// Where it is: XENSTORED_PATH if set, else <c>socket</c> in XENSTORED_RUNDIR if set (both as libxenstore does), else
/// /run/xenstored/socket, else /var/run/xenstored/socket.
/// </remarks>
public sealed class XenStoreUnixSocket(IReadOnlyList<string> paths) : IXenStoreTransport
{
    public XenStoreUnixSocket()
        : this(PathsFrom(Environment.GetEnvironmentVariable)) { }

    public string Name { get; } = string.Join(" or ", paths);

    /// <summary>The places to look in, best first.</summary>
    public static IReadOnlyList<string> PathsFrom(Func<string, string?> environment)
    {
        if (environment("XENSTORED_PATH") is { Length: > 0 } socket)
        {
            return [socket];
        }

        return environment("XENSTORED_RUNDIR") is { Length: > 0 } directory
            ? [Path.Combine(directory, "socket")]
            : ["/run/xenstored/socket", "/var/run/xenstored/socket"];
    }

    public async Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var path = paths.FirstOrDefault(File.Exists) ?? paths[0];
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
