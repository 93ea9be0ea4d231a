using System.Net.Sockets;
using System.Text;
using Serilog.Core;
using Xend.Api.XmlRpc;

namespace Xend.Tests.Api;

/// <summary>A server on a socket of its own, and connections that speak bytes to it.</summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;

    private ServerFixture(DirectoryInfo directory) => _directory = directory;

    public string SocketPath => Path.Combine(_directory.FullName, "run", "xmlrpc.sock");

    public FakeToolstack Toolstack { get; } = new();

    public XmlRpcServer Server { get; private set; } = null!;

    public static async Task<ServerFixture> StartAsync(ServerLimits? limits = null, Action<string>? before = null)
    {
        var fixture = new ServerFixture(Directory.CreateTempSubdirectory("xend-api-"));
        before?.Invoke(fixture.SocketPath);
        try
        {
            fixture.Server = await XmlRpcServer.StartAsync(
                fixture.SocketPath,
                fixture.Toolstack,
                new CurrentOptions(new XendOptions()),
                Logger.None,
                CancellationToken.None,
                limits
            );
        }
        catch
        {
            fixture._directory.Delete(recursive: true);
            throw;
        }
        return fixture;
    }

    public Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = 20_000,
            SendTimeout = 20_000,
        };
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }

    /// <summary>Sends a request on a new connection and reads until the server closes it.</summary>
    public async Task<string> ExchangeAsync(string request, bool halfClose = false)
    {
        using var socket = Connect();
        await socket.SendAsync(Encoding.UTF8.GetBytes(request));
        if (halfClose)
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        return await ReadToEndAsync(socket);
    }

    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var text = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) is var length and > 0)
            {
                text.Write(buffer, 0, length);
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with unread bytes of ours: closed all the same.
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>A call's XML as Python's xmlrpclib writes it.</summary>
    public static string Call(string method, string parameters = "") =>
        $"<?xml version='1.0'?>\n<methodCall>\n<methodName>{method}</methodName>\n<params>\n{parameters}</params>\n</methodCall>\n";

    public static string Post(string body, string version = "1.1", string extra = "") =>
        $"POST /RPC2 HTTP/{version}\r\nHost: /var/run/xend/xmlrpc.sock\r\nAccept-Encoding: gzip\r\n"
        + "User-Agent: xmlrpclib.py/1.0.1 (by www.pythonware.com)\r\nContent-Type: text/xml\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{extra}\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
