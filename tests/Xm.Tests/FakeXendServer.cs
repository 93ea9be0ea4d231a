using System.Net.Sockets;
using System.Text;

namespace Xm.Tests;

/// <summary>A process's worth of xend on a real Unix socket: each connection is answered with the bytes that the test wants.</summary>
internal sealed class FakeXendServer : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xend-test");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _serving;

    public FakeXendServer(Func<string, byte[]> answer)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = Task.Run(() => Serve(answer));
    }

    public string Path => System.IO.Path.Combine(_directory.FullName, "xmlrpc.sock");

    /// <summary>An HTTP answer with this XML-RPC message in it.</summary>
    public static byte[] Http(string body, string status = "200 OK") =>
        Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"
        );

    public static byte[] Value(string value) =>
        Http($"<?xml version='1.0'?>\n<methodResponse><params><param><value>{value}</value></param></params></methodResponse>");

    public static byte[] Fault(int code, string text) =>
        Http(
            "<?xml version='1.0'?>\n<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>"
                + code
                + "</int></value></member><member><name>faultString</name><value><string>"
                + text
                + "</string></value></member></struct></value></fault></methodResponse>"
        );

    public void Dispose()
    {
        _listener.Dispose();
        _serving.Wait();
        _directory.Delete(recursive: true);
    }

    private void Serve(Func<string, byte[]> answer)
    {
        try
        {
            while (true)
            {
                using var connection = _listener.Accept();
                Answer(connection, answer);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>An answer of no bytes closes the connection instead.</summary>
    private static void Answer(Socket connection, Func<string, byte[]> answer)
    {
        var request = new StringBuilder();
        var buffer = new byte[64 * 1024];
        for (int count; (count = connection.Receive(buffer)) > 0; )
        {
            request.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (!request.ToString().Contains("</methodCall>"))
            {
                continue;
            }
            var bytes = answer(request.ToString());
            if (bytes.Length == 0)
            {
                return;
            }
            connection.Send(bytes);
            request.Clear();
        }
    }
}
