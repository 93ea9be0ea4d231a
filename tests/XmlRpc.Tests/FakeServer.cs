using System.Net.Sockets;
using System.Text;

namespace XmlRpc.Tests;

/// <summary>A server on a Unix socket that does what a test tells it, one connection after another.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("xmlrpc-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _task;

    /// <param name="connections">What to do on the first connection, the second, and so on. Each is closed afterwards.</param>
    public FakeServer(params Action<Connection>[] connections)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        // A thread of its own: it blocks, and the pool is slow to grow.
        _task = Task.Factory.StartNew(
            () =>
            {
                foreach (var serve in connections)
                {
                    using var socket = _listener.Accept();
                    try
                    {
                        serve(new Connection(socket));
                    }
                    catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
                    {
                        // The client has had enough, which is what some tests are about.
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    public string Path => System.IO.Path.Combine(_directory.FullName, "socket");

    /// <summary>Waits until everything was served, and brings the server's own failures to the test.</summary>
    public void Finish() => Assert.True(_task.Wait(TimeSpan.FromSeconds(20)), "The server was not asked for all it was to serve.");

    public void Dispose()
    {
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    internal sealed class Connection(Socket socket)
    {
        /// <summary>Reads one request and gives its head and its body.</summary>
        public (string Head, byte[] Body) Request()
        {
            var bytes = new List<byte>();
            var one = new byte[1];
            while (!Encoding.ASCII.GetString([.. bytes.TakeLast(4)]).Equals("\r\n\r\n", StringComparison.Ordinal))
            {
                Assert.Equal(1, socket.Receive(one));
                bytes.Add(one[0]);
            }
            var head = Encoding.ASCII.GetString([.. bytes]);
            var length = int.Parse(head.Split("Content-Length: ")[1].Split("\r\n")[0]);
            var body = new byte[length];
            for (var at = 0; at < length; )
            {
                var count = socket.Receive(body.AsSpan(at));
                Assert.NotEqual(0, count);
                at += count;
            }
            return (head, body);
        }

        public void Send(string text) => Send(Encoding.UTF8.GetBytes(text));

        public void Send(byte[] bytes)
        {
            for (var at = 0; at < bytes.Length; )
            {
                at += socket.Send(bytes.AsSpan(at));
            }
        }

        /// <summary>Waits until the client has closed its side.</summary>
        public void WaitForEnd() => Assert.Equal(0, socket.Receive(new byte[1]));
    }
}
