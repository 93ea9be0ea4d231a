using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace XmlRpc;

/// <summary>One HTTP answer.</summary>
internal sealed record HttpReply(int Status, string Reason, bool KeepAlive, byte[] Body);

/// <summary>A connection to an HTTP server on a Unix socket: sends whole requests, hands out bytes of the answer.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly XmlRpcClientOptions _options;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private HttpConnection(Socket socket, XmlRpcClientOptions options)
    {
        _socket = socket;
        _options = options;
    }

    /// <exception cref="XmlRpcConnectException">There is no such socket, nobody listens, or access is denied.</exception>
    public static HttpConnection Open(string socketPath, XmlRpcClientOptions options)
    {
        Socket? socket = null;
        try
        {
            // Where no descriptor is left, it is this that fails.
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            LimitSending(socket, options.ConnectTimeout);
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            return new HttpConnection(socket, options);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket?.Dispose();
            throw ConnectFailure.From(e, socketPath);
        }
    }

    /// <summary>SO_SNDTIMEO (socket(7)), which for a Unix socket is the limit of connect(2) as well.</summary>
    private static void LimitSending(Socket socket, TimeSpan limit)
    {
        const int SOL_SOCKET = 1;
        const int SO_SNDTIMEO = 21;
        ReadOnlySpan<long> timeval = [(long)limit.TotalSeconds, limit.Microseconds + 1000L * limit.Milliseconds];
        socket.SetRawSocketOption(SOL_SOCKET, SO_SNDTIMEO, MemoryMarshal.AsBytes(timeval));
    }

    /// <summary>True where the server has closed this idle connection, or sent something unasked.</summary>
    public bool IsStale
    {
        get
        {
            try
            {
                return _start < _end || _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (SocketException)
            {
                return true; // Whatever is wrong with it, a new one is needed.
            }
        }
    }

    /// <summary>Sends the request and reads the answer to its end.</summary>
    public HttpReply Exchange(byte[] request)
    {
        SocketException? sendError = null;
        try
        {
            _socket.Send(request);
        }
        catch (SocketException e)
        {
            // A server that refuses a request early answers and closes before it has read all. Its answer is worth reading.
            sendError = e;
        }
        try
        {
            return new HttpReplyReader(this, _options.MaxReplyBytes).Read();
        }
        catch (XmlRpcConnectionClosedException) when (sendError is not null)
        {
            throw new XmlRpcConnectionClosedException("The server closed the connection while the request was being sent.", sendError);
        }
    }

    /// <summary>The bytes at hand; waits for some where there are none. Empty at the end of the stream.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = Receive();
        }
        return _buffer.AsSpan(_start, _end - _start);
    }

    /// <summary>Marks bytes of <see cref="Peek"/> as used.</summary>
    public void Take(int count) => _start += count;

    public void Dispose() => _socket.Dispose();

    private int Receive()
    {
        try
        {
            // The runtime's own receive timeout starts its event engine; poll does not.
            if (_options.ReplyTimeout is { } limit && !_socket.Poll(limit, SelectMode.SelectRead))
            {
                throw new XmlRpcTimeoutException($"The server sent nothing for {limit.TotalSeconds:0.###} seconds.");
            }
            return _socket.Receive(_buffer);
        }
        catch (SocketException e)
        {
            throw new XmlRpcConnectionClosedException("The connection broke before the answer was complete.", e);
        }
    }
}
