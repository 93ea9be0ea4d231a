using System.Net.Sockets;
using System.Text;
using Sxp;

namespace XmlRpc.Tests;

public sealed class XmlRpcClientTests
{
    private static readonly string Body = Encoding.UTF8.GetString(XmlRpcWriter.ToBytes(new XmlRpcResult(SList.Of("name", "é"))));
    private static readonly int BodyLength = Encoding.UTF8.GetByteCount(Body);
    private static readonly string Reply =
        $"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/xml\r\nContent-Length: {BodyLength}\r\n\r\n{Body}";
    private static readonly SValue Answer = SList.Of("name", "é");

    [Fact]
    public void A_request_has_the_headers_of_xm_and_connections_are_used_again()
    {
        string? head = null;
        XmlRpcCall? call = null;
        using var server = new FakeServer(connection =>
        {
            (head, var body) = connection.Request();
            call = XmlRpcReader.ReadCall(body);
            connection.Send(Reply);
            connection.Request();
            connection.Send(Reply);
        });
        using var client = new XmlRpcClient(server.Path);
        Assert.Equal(Answer, client.Call("xend.domain", "linux", 1));
        Assert.Equal(Answer, client.Call("xend.domain", "linux", 1));
        server.Finish();
        Assert.Equal(XmlRpcCall.Of("xend.domain", "linux", 1), call);
        var lines = head!.Split("\r\n");
        Assert.Equal("POST /RPC2 HTTP/1.1", lines[0]);
        Assert.Equal(["Host: localhost", "User-Agent: xm", "Content-Type: text/xml"], lines[1..4]);
    }

    public static TheoryData<string> GoodReplies =>
        [
            $"HTTP/1.0 200 OK\r\n\r\n{Body}",
            $"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{Body}",
            $"HTTP/1.1 200 OK\nContent-length:{BodyLength}\n\n{Body}",
            $"HTTP/1.1 200\r\ncontent-length: {BodyLength}\r\n\r\n{Body}",
            $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: {BodyLength}\r\n\r\n{Body}",
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{BodyLength:x}\r\n{Body}\r\n0\r\n\r\n",
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{BodyLength:X};name=value\r\n{Body}\r\n0\r\nTrailer: x\r\n\r\n",
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n<\r\n00{BodyLength - 1:x}\r\n{Body[1..]}\r\n0\r\n\r\n",
            $"HTTP/1.1 200 OK\r\nX-Large: {new string('x', 60_000)}\r\nContent-Length: {BodyLength}\r\n\r\n{Body}",
        ];

    [Theory]
    [MemberData(nameof(GoodReplies))]
    public void Every_way_of_framing_an_answer_is_understood(string reply)
    {
        using var server = new FakeServer(connection =>
        {
            connection.Request();
            connection.Send(reply);
        });
        using var client = new XmlRpcClient(server.Path);
        Assert.Equal(Answer, client.Call("m"));
        server.Finish();
    }

    [Theory]
    [MemberData(nameof(GoodReplies))]
    public void An_answer_may_come_byte_by_byte(string reply)
    {
        // The long header would only repeat the same path a great many times.
        var bytes = Encoding.UTF8.GetBytes(reply.Replace(new string('x', 59_000), ""));
        using var server = new FakeServer(connection =>
        {
            connection.Request();
            foreach (var b in bytes)
            {
                connection.Send([b]);
            }
        });
        using var client = new XmlRpcClient(server.Path, new XmlRpcClientOptions { ReplyTimeout = TimeSpan.FromSeconds(20) });
        Assert.Equal(Answer, client.Call("m"));
        server.Finish();
    }

    [Fact]
    public void An_answer_cut_off_anywhere_is_reported_as_a_closed_connection()
    {
        var replies = new[] { Reply, $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{BodyLength:x}\r\n{Body}\r\n0\r\n\r\n" }.Select(
            Encoding.UTF8.GetBytes
        );
        var parts = replies.SelectMany(reply => Enumerable.Range(0, reply.Length).Select(length => reply[..length])).ToList();
        using var server = new FakeServer([
            .. parts.Select(part =>
                (Action<FakeServer.Connection>)(
                    connection =>
                    {
                        connection.Request();
                        connection.Send(part);
                    }
                )
            ),
        ]);
        using var client = new XmlRpcClient(server.Path);
        foreach (var part in parts)
        {
            Assert.Throws<XmlRpcConnectionClosedException>(() => client.Call("m"));
        }
        server.Finish();
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20x OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nxx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nxx")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n")]
    public void What_is_no_HTTP_is_a_protocol_error(string reply) => Assert.Throws<XmlRpcProtocolException>(() => Exchange(reply));

    [Fact]
    public void A_head_without_end_is_a_protocol_error()
    {
        Assert.Throws<XmlRpcProtocolException>(() => Exchange("HTTP/1.1 200 OK\r\nX: " + new string('x', 70_000)));
        Assert.Throws<XmlRpcProtocolException>(() =>
            Exchange("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 20_000)))
        );
        Assert.Throws<XmlRpcProtocolException>(() => Exchange(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20_000))));
    }

    [Fact]
    public void An_answer_larger_than_allowed_is_refused()
    {
        var options = new XmlRpcClientOptions { MaxReplyBytes = BodyLength - 1 };
        Assert.Throws<XmlRpcProtocolException>(() => Exchange(Reply, options));
        Assert.Throws<XmlRpcProtocolException>(() => Exchange($"HTTP/1.0 200 OK\r\n\r\n{Body}", options));
        Assert.Throws<XmlRpcProtocolException>(() =>
            Exchange(
                $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n<\r\n{BodyLength - 1:x}\r\n{Body[1..]}\r\n0\r\n\r\n",
                options
            )
        );
        Assert.Equal(Answer, Exchange(Reply, options with { MaxReplyBytes = BodyLength }));
    }

    [Fact]
    public void A_status_other_than_200_is_an_error_with_its_words_made_printable()
    {
        var e = Assert.Throws<XmlRpcHttpException>(() => Exchange("HTTP/1.1 404 Not \u001b[31mfound\r\nContent-Length: 2\r\n\r\nxx"));
        Assert.Equal((404, "Not ?[31mfound"), (e.Status, e.Reason));
        Assert.Equal(204, Assert.Throws<XmlRpcHttpException>(() => Exchange("HTTP/1.1 204 No Content\r\n\r\n")).Status);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    public void A_body_that_is_no_message_is_a_format_error(string reply) => Assert.Throws<XmlRpcFormatException>(() => Exchange(reply));

    [Fact]
    public void A_Content_Length_that_is_too_small_cuts_the_message_and_the_rest_is_not_taken_for_the_next_answer()
    {
        using var server = new FakeServer(
            connection =>
            {
                connection.Request();
                connection.Send(Reply.Replace($"Content-Length: {BodyLength}", $"Content-Length: {BodyLength - 5}"));
                connection.WaitForEnd();
            },
            connection =>
            {
                connection.Request();
                connection.Send(Reply);
            }
        );
        using var client = new XmlRpcClient(server.Path);
        Assert.Throws<XmlRpcFormatException>(() => client.Call("m"));
        Assert.Equal(Answer, client.Call("m"));
        server.Finish();
    }

    [Fact]
    public void A_fault_is_an_exception_from_Call_and_a_value_from_Send()
    {
        var body = Encoding.UTF8.GetString(XmlRpcWriter.ToBytes(new XmlRpcFault(3, "nope")));
        var reply = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        using var server = new FakeServer(connection =>
        {
            connection.Request();
            connection.Send(reply);
            connection.Request();
            connection.Send(reply);
        });
        using var client = new XmlRpcClient(server.Path);
        var e = Assert.Throws<XmlRpcFaultException>(() => client.Call("m"));
        Assert.Equal((new XmlRpcFault(3, "nope"), "nope"), (e.Fault, e.Message));
        Assert.Equal(new XmlRpcFault(3, "nope"), client.Send(XmlRpcCall.Of("m")));
        server.Finish();
    }

    [Fact]
    public void A_whole_string_result_is_unescaped()
    {
        var body = Encoding.UTF8.GetString(XmlRpcWriter.ToBytes(XmlRpcResult.AsXendSends("line\nit's \\ é")));
        Assert.Equal(new SString("line\nit's \\ é"), Exchange($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }

    [Fact]
    public void A_connection_that_the_server_closed_while_idle_is_replaced()
    {
        Action<FakeServer.Connection> once = connection =>
        {
            connection.Request();
            connection.Send(Reply);
        };
        using var server = new FakeServer(once, once);
        using var client = new XmlRpcClient(server.Path);
        Assert.Equal(Answer, client.Call("m"));
        // The second answer can only come over a second connection. Whether the first is seen closed in time is up to the kernel's order
        // of events, so ask until the server says it was served.
        SValue? second = null;
        while (second is null)
        {
            try
            {
                second = client.Call("m");
            }
            catch (XmlRpcConnectionClosedException)
            {
                // The request crossed the close. It is never sent twice by itself.
            }
        }
        Assert.Equal(Answer, second);
        server.Finish();
    }

    [Fact]
    public void A_request_is_not_sent_again_when_the_connection_breaks_after_it()
    {
        var requests = 0;
        using var server = new FakeServer(connection =>
        {
            connection.Request();
            requests++;
        });
        using var client = new XmlRpcClient(server.Path);
        Assert.Throws<XmlRpcConnectionClosedException>(() => client.Call("xend.domain.create"));
        server.Finish();
        Assert.Equal(1, requests);
    }

    [Fact]
    public void A_server_that_answers_before_it_has_read_a_large_request_is_heard()
    {
        using var server = new FakeServer(connection =>
            connection.Send("HTTP/1.1 413 Request entity too large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        );
        using var client = new XmlRpcClient(server.Path);
        var large = new string('x', 4 * 1024 * 1024);
        Exception e = Assert.ThrowsAny<XmlRpcException>(() => client.Call("m", large));
        Assert.True(e is XmlRpcHttpException { Status: 413 } or XmlRpcConnectionClosedException, e.ToString());
        server.Finish();
    }

    [Fact]
    public void A_silent_server_runs_into_the_time_limit()
    {
        using var server = new FakeServer(connection =>
        {
            connection.Request();
            connection.Send("HTTP/1.1 200 OK\r\n");
            connection.WaitForEnd();
        });
        using var client = new XmlRpcClient(server.Path, new XmlRpcClientOptions { ReplyTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.Throws<XmlRpcTimeoutException>(() => client.Call("m"));
        server.Finish();
    }

    [Fact]
    public void Large_messages_pass_in_both_directions()
    {
        var text = string.Concat(Enumerable.Repeat("é<&>\n", 100_000));
        using var server = new FakeServer(connection =>
        {
            var argument = XmlRpcReader.ReadCall(connection.Request().Body).Params[0];
            var body = XmlRpcWriter.ToBytes(new XmlRpcResult(SList.Of(argument)));
            connection.Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n");
            connection.Send(body);
        });
        using var client = new XmlRpcClient(server.Path);
        Assert.Equal(SList.Of(text), client.Call("m", text));
        server.Finish();
    }

    [Fact]
    public void A_socket_that_cannot_be_connected_to_gives_the_errno_and_its_words()
    {
        var directory = Directory.CreateTempSubdirectory("xmlrpc-");
        try
        {
            var file = Path.Combine(directory.FullName, "file");
            File.WriteAllText(file, "");
            var dead = Path.Combine(directory.FullName, "dead");
            using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                socket.Bind(new UnixDomainSocketEndPoint(dead));
            }
            File.Delete(dead);
            Assert.Equal((2, "No such file or directory"), Failure(Path.Combine(directory.FullName, "none")));
            Assert.Equal((2, "No such file or directory"), Failure(dead));
            Assert.Equal((111, "Connection refused"), Failure(file));
            Assert.Equal((20, "Not a directory"), Failure(Path.Combine(file, "socket")));
            Assert.Equal((36, "File name too long"), Failure("/" + new string('x', 200)));
            Assert.Equal((2, "No such file or directory"), Failure(""));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_socket_on_which_nobody_listens_any_more_refuses()
    {
        var directory = Directory.CreateTempSubdirectory("xmlrpc-");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var path = Path.Combine(directory.FullName, "socket");
            socket.Bind(new UnixDomainSocketEndPoint(path));
            Assert.Equal((111, "Connection refused"), Failure(path));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static (int Errno, string Reason) Failure(string path)
    {
        using var client = new XmlRpcClient(path);
        var e = Assert.Throws<XmlRpcConnectException>(() => client.Call("m"));
        Assert.Equal(path, e.SocketPath);
        return (e.Errno, e.Reason);
    }

    private static SValue Exchange(string reply, XmlRpcClientOptions? options = null)
    {
        using var server = new FakeServer(connection =>
        {
            connection.Request();
            connection.Send(reply);
        });
        using var client = new XmlRpcClient(server.Path, options);
        var value = client.Call("m");
        server.Finish();
        return value;
    }
}
