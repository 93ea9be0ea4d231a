using System.Text;
using Sxp;

namespace XmlRpc;

/// <summary>How <see cref="XmlRpcClient"/> behaves.</summary>
public sealed record XmlRpcClientOptions
{
    /// <summary>
    /// Longest silence of the server while an answer is awaited or arriving. Null: no limit, as a save or migration may take hours.
    /// </summary>
    public TimeSpan? ReplyTimeout { get; init; }

    /// <summary>
    /// Longest time for making a connection, and for the server's taking a piece of the request: a server that is stopped takes none.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest answer accepted, in bytes.</summary>
    public int MaxReplyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The User-Agent header.</summary>
    public string UserAgent { get; init; } = "xm";
}

/// <summary>Calls methods of xend over its Unix socket: HTTP/1.1 on a plain socket, one connection, kept open between calls.</summary>
/// <remarks>
/// Blocking, and for one thread at a time. A request is sent once only: when a connection breaks after the request began, nobody can
/// know whether the call was carried out. A connection that the server closed while it was idle is replaced before sending.
/// </remarks>
public sealed class XmlRpcClient(string socketPath, XmlRpcClientOptions? options = null) : IDisposable
{
    private readonly XmlRpcClientOptions _options = options ?? new XmlRpcClientOptions();
    private HttpConnection? _connection;

    /// <summary>Calls a method of xend and gives its result, with <see cref="WholeResultText"/> undone.</summary>
    /// <exception cref="XmlRpcFaultException">xend answered with a fault.</exception>
    /// <exception cref="XmlRpcException">The other types: the call could not be made or its answer not read.</exception>
    public SValue Call(string method, params ReadOnlySpan<SValue> arguments) =>
        Send(XmlRpcCall.Of(method, arguments)) switch
        {
            XmlRpcFault fault => throw new XmlRpcFaultException(fault),
            XmlRpcResult result => result.AsXendMeant(),
            var other => throw new XmlRpcProtocolException($"{other.GetType().Name} is no answer."),
        };

    /// <summary>Sends a call and gives the response as it came, a fault too.</summary>
    /// <exception cref="XmlRpcException">The call could not be made or its answer not read.</exception>
    public XmlRpcResponse Send(XmlRpcCall call)
    {
        var request = Request(XmlRpcWriter.ToBytes(call));
        if (_connection is { } idle && idle.IsStale)
        {
            Dispose();
        }
        _connection ??= HttpConnection.Open(socketPath, _options);
        var keep = false;
        try
        {
            var reply = _connection.Exchange(request);
            if (reply.Status != 200)
            {
                throw new XmlRpcHttpException(reply.Status, reply.Reason);
            }
            var response = XmlRpcReader.ReadResponse(reply.Body);
            keep = reply.KeepAlive;
            return response;
        }
        finally
        {
            // After any error nobody knows what else is on the way.
            if (!keep)
            {
                Dispose();
            }
        }
    }

    /// <summary>Closes the connection. A later call opens a new one.</summary>
    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private byte[] Request(byte[] body)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {_options.UserAgent}\r\nContent-Type: text/xml\r\nContent-Length: "
                + $"{body.Length}\r\n\r\n"
        );
        return [.. head, .. body];
    }
}
