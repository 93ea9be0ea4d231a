using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Linux.Interop;
using Microsoft.AspNetCore.Http;
using Serilog.Core;
using Sxp;
using Xend.Api.XmlRpc;
using XmlRpc;

namespace Xend.Tests.Api;

public class XmlRpcServerTests
{
    private static readonly string Close = "Connection: close\r\n";
    private static readonly string Restarts = ServerFixture.Call(
        "xend.domain.getRestartCount",
        "<param>\n<value><string>linux</string></value>\n</param>\n"
    );

    [Fact]
    public async Task The_bytes_that_xm_4_1_sends_are_answered()
    {
        await using var server = await ServerFixture.StartAsync();
        var parameters =
            "<param>\n<value><boolean>1</boolean></value>\n</param>\n<param>\n<value><string>all</string></value>\n</param>\n"
            + "<param>\n<value><int>0</int></value>\n</param>\n";
        var answer = await server.ExchangeAsync(
            ServerFixture.Post(ServerFixture.Call("xend.domains_with_state", parameters), extra: Close)
        );
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        Assert.Contains("Content-Type: text/xml\r\n", answer, StringComparison.Ordinal);
        var head = answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var body = answer[(head.Length + 4)..];
        Assert.Contains($"Content-Length: {Encoding.UTF8.GetByteCount(body)}", head, StringComparison.Ordinal);
        Assert.Contains("<string>Domain-0</string>", body, StringComparison.Ordinal);
        Assert.Contains("<string>linux</string>", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_serves_one_request_after_the_other()
    {
        await using var server = await ServerFixture.StartAsync();
        using var socket = server.Connect();
        for (var request = 0; request < 3; request++)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(ServerFixture.Post(Restarts, extra: request == 2 ? Close : "")));
        }
        var answers = await ServerFixture.ReadToEndAsync(socket);
        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.Equal(3, answers.Split("<int>3</int>").Length - 1);
    }

    [Fact]
    public async Task An_HTTP_1_0_client_that_half_closes_gets_its_answer_and_the_end()
    {
        await using var server = await ServerFixture.StartAsync();
        var body = Restarts;
        var request = $"POST /RPC2 HTTP/1.0\r\nHost: \r\nContent-Type: text/xml\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        var answer = await server.ExchangeAsync(request, halfClose: true);
        Assert.Contains("200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("<int>3</int>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_half_closed_client_is_waited_for_through_a_long_create()
    {
        await using var server = await ServerFixture.StartAsync();
        var gate = new TaskCompletionSource();
        server.Toolstack.CreateGate = gate.Task;
        var exchange = server.ExchangeAsync(ServerFixture.Post(Create, "1.0"), halfClose: true);
        await server.Toolstack.CreateBegun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        gate.SetResult();
        Assert.Contains("<string>linux</string>", await exchange, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_path_does_not_matter_and_the_method_does()
    {
        await using var server = await ServerFixture.StartAsync();
        Assert.StartsWith(
            "HTTP/1.1 200",
            await server.ExchangeAsync(ServerFixture.Post(Restarts, extra: Close).Replace("/RPC2", "/x/y?z", StringComparison.Ordinal))
        );
        var refused = await server.ExchangeAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 405", refused);
        Assert.Contains("Allow: POST\r\n", refused, StringComparison.Ordinal);
        Assert.EndsWith("XML-RPC calls are POST requests.\n", refused);
    }

    [Fact]
    public async Task What_is_no_call_is_refused_with_a_sentence()
    {
        await using var server = await ServerFixture.StartAsync();
        var answer = await server.ExchangeAsync(ServerFixture.Post("hello, world"));
        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.Contains("\r\n\r\nThis is no XML-RPC call: ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_create_blocks_nobody_else()
    {
        await using var server = await ServerFixture.StartAsync();
        var gate = new TaskCompletionSource();
        server.Toolstack.CreateGate = gate.Task;
        var create = server.ExchangeAsync(ServerFixture.Post(Create, extra: Close));
        await server.Toolstack.CreateBegun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Contains("<int>3</int>", await server.ExchangeAsync(ServerFixture.Post(Restarts, extra: Close)), StringComparison.Ordinal);
        Assert.False(create.IsCompleted);
        gate.SetResult();
        Assert.StartsWith("HTTP/1.1 200", await create);
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_nothing()
    {
        await using var server = await ServerFixture.StartAsync();
        var gate = new TaskCompletionSource();
        server.Toolstack.CreateGate = gate.Task;
        var socket = server.Connect();
        await socket.SendAsync(Encoding.UTF8.GetBytes(ServerFixture.Post(Create)));
        await server.Toolstack.CreateBegun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        await AssertServesAsync(server);
        Assert.False(server.Toolstack.CreateEnded.Task.IsCompleted);
        gate.SetResult();
        Assert.True(await server.Toolstack.CreateEnded.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Stopping_gives_up_what_is_under_way()
    {
        var server = await ServerFixture.StartAsync();
        server.Toolstack.CreateGate = new TaskCompletionSource().Task;
        var create = server.ExchangeAsync(ServerFixture.Post(Create, extra: Close));
        await server.Toolstack.CreateBegun.Task.WaitAsync(TimeSpan.FromSeconds(10));
        // Nothing else ends it: the create would take for ever.
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(await server.Toolstack.CreateEnded.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("xend is stopping", await create, StringComparison.Ordinal);
        Assert.False(File.Exists(server.SocketPath));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(4711)]
    public async Task Random_bytes_end_in_a_refusal_or_a_closed_connection(int seed)
    {
        await using var server = await ServerFixture.StartAsync();
        var bytes = new byte[16 * 1024];
        new Random(seed).NextBytes(bytes);
        using var socket = server.Connect();
        await SendAllAsync(socket, bytes, times: 1);
        var answer = await ServerFixture.ReadToEndAsync(socket);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        await AssertServesAsync(server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6400000\r\n")]
    [InlineData("POST /RPC2 HTTP/1.1\r\nHost: x\r\nX: ")]
    public async Task A_hundred_megabytes_of_garbage_do_no_harm(string head)
    {
        await using var server = await ServerFixture.StartAsync();
        var chunk = new byte[1024 * 1024];
        new Random(5).NextBytes(chunk);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var socket = server.Connect();
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        await SendAllAsync(socket, chunk, times: 100);
        var answer = await ServerFixture.ReadToEndAsync(socket);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        await AssertServesAsync(server);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 * 1024 * 1024);
    }

    [Fact]
    public async Task A_slow_sender_is_given_up_and_others_are_served_meanwhile()
    {
        var impatient = new ServerLimits
        {
            Head = TimeSpan.FromMilliseconds(300),
            BodyRate = 10_000,
            Grace = TimeSpan.FromMilliseconds(1100),
        };
        await using var server = await ServerFixture.StartAsync(impatient);
        using var slowHead = server.Connect();
        await slowHead.SendAsync("POST /RPC2 HTTP/1.1\r\nHost: "u8.ToArray());
        using var slowBody = server.Connect();
        await slowBody.SendAsync("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n<?xml"u8.ToArray());
        using var silent = server.Connect();
        await AssertServesAsync(server);
        Assert.StartsWith("HTTP/1.1 408", await ServerFixture.ReadToEndAsync(slowHead));
        Assert.StartsWith("HTTP/1.1 408", await ServerFixture.ReadToEndAsync(slowBody));
        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Hundreds_of_clients_are_served_and_too_many_are_turned_away()
    {
        await using var server = await ServerFixture.StartAsync(new ServerLimits { Connections = 200 });
        var sockets = Enumerable.Range(0, 200).Select(_ => server.Connect()).ToList();
        foreach (var socket in sockets)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(ServerFixture.Post(Restarts)));
        }
        var buffer = new byte[4096];
        foreach (var socket in sockets)
        {
            Assert.NotEqual(0, await socket.ReceiveAsync(buffer));
        }
        using (var another = server.Connect())
        {
            Assert.Equal("", await ServerFixture.ReadToEndAsync(another));
        }
        sockets.ForEach(socket => socket.Dispose());
        // The server learns of their end one after the other.
        var giveUp = Stopwatch.StartNew();
        while ((await server.ExchangeAsync(ServerFixture.Post(Restarts, extra: Close))).Length == 0)
        {
            Assert.InRange(giveUp.Elapsed.TotalSeconds, 0, 10);
        }
    }

    [Fact]
    public async Task The_socket_is_roots_alone()
    {
        await using var server = await ServerFixture.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.SocketPath));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(server.SocketPath)!)
        );
    }

    [Fact]
    public async Task A_stale_socket_is_no_obstacle()
    {
        await using var server = await ServerFixture.StartAsync(before: path =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Bound under one name and found under another, so that closing it leaves the file.
            using var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            dead.Bind(new UnixDomainSocketEndPoint(path + ".first"));
            File.Move(path + ".first", path);
        });
        await AssertServesAsync(server);
    }

    [Fact]
    public async Task A_file_in_the_sockets_place_stays_and_is_named()
    {
        var content = "";
        var error = await Assert.ThrowsAsync<XendError>(() =>
            ServerFixture.StartAsync(before: path =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, "precious");
                content = path;
            })
        );
        Assert.Contains($"{content} is in the way: it is no socket.", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_is_served_is_not_taken_over()
    {
        await using var first = await ServerFixture.StartAsync();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            XmlRpcServer.StartAsync(
                first.SocketPath,
                first.Toolstack,
                new CurrentOptions(new XendOptions()),
                Logger.None,
                CancellationToken.None
            )
        );
        Assert.Contains("Another program serves", error.Text, StringComparison.Ordinal);
        await AssertServesAsync(first);
    }

    [Fact]
    public async Task Other_users_are_refused_even_where_they_hold_a_connection()
    {
        var toolstack = new FakeToolstack();
        var application = new XmlRpcApplication(
            new Dispatcher(toolstack, new CurrentOptions(new XendOptions()), Logger.None, TimeProvider.System),
            Logger.None,
            0,
            CancellationToken.None
        );
        foreach (var peer in new[] { new Peer(new PeerCredentials(4711, 1000, 1000)), null })
        {
            var context = new DefaultHttpContext();
            context.Features.Set(peer);
            context.Request.Method = "POST";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(ServerFixture.Call("xend.node.dmesg.clear")));
            context.Response.Body = new MemoryStream();
            await application.ProcessRequestAsync(context);
            Assert.Equal(403, context.Response.StatusCode);
            Assert.Equal("close", context.Response.Headers.Connection);
            Assert.Empty(toolstack.Calls);
        }
    }

    private static string Create =>
        Encoding.UTF8.GetString(
            XmlRpcWriter.ToBytes(
                XmlRpcCall.Of("xend.domain.create", SxpReader.Read("(vm (name linux) (memory 16) (image (linux (kernel /k))))"))
            )
        );

    private static async Task AssertServesAsync(ServerFixture server) =>
        Assert.Contains("<int>3</int>", await server.ExchangeAsync(ServerFixture.Post(Restarts, extra: Close)), StringComparison.Ordinal);

    /// <summary>Sends until all is sent or the server has had enough.</summary>
    private static async Task SendAllAsync(Socket socket, byte[] chunk, int times)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            for (var time = 0; time < times; time++)
            {
                for (var sent = 0; sent < chunk.Length; )
                {
                    sent += await socket.SendAsync(chunk.AsMemory(sent), limit.Token);
                }
            }
        }
        catch (SocketException)
        {
            // Closed by the server, as it should be.
        }
    }
}
