using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>What the client makes of a stream that is not what it should be.</summary>
public sealed class FramingFaultTests
{
    private readonly ScriptedXenStored _script = new();

    [Fact]
    public async Task Replies_in_another_order_reach_whoever_asked()
    {
        await using var store = _script.Client();
        var one = store.ReadAsync("/1");
        var two = store.ReadAsync("/2");
        var three = store.ReadAsync("/3");
        var connection = await _script.AcceptAsync();
        var requests = new[]
        {
            await connection.ExpectAsync(XenStoreMessageType.Read),
            await connection.ExpectAsync(XenStoreMessageType.Read),
            await connection.ExpectAsync(XenStoreMessageType.Read),
        };
        foreach (var request in requests.OrderByDescending(request => request.Id))
        {
            connection.Answer(request, "value of " + request.Payload.TrimEnd('\0'));
        }

        Assert.Equal("value of /1", await one);
        Assert.Equal("value of /2", await two);
        Assert.Equal("value of /3", await three);
    }

    [Fact]
    public async Task A_xenstored_that_does_not_answer_is_not_waited_for_and_the_next_request_goes_to_a_new_connection()
    {
        await using var store = _script.Client(requestTimeout: TimeSpan.FromMilliseconds(200));
        var one = store.ReadAsync("/1");
        var two = store.ReadAsync("/2");
        var connection = await _script.AcceptAsync();
        await connection.ExpectAsync(XenStoreMessageType.Read);
        var limit = TimeSpan.FromSeconds(20);
        var lost = await Assert.ThrowsAsync<XenStoreConnectionException>(() => one.WaitAsync(limit));
        Assert.StartsWith("xenstored has not answered READ for 0.2 s", lost.Message);
        await Assert.ThrowsAsync<XenStoreConnectionException>(() => two.WaitAsync(limit));

        var again = store.ReadAsync("/3");
        var next = await _script.AcceptAsync();
        next.Answer(await next.ExpectAsync(XenStoreMessageType.Read), "here");
        Assert.Equal("here", await again);
    }

    [Fact]
    public async Task A_reply_may_come_byte_by_byte()
    {
        await using var store = _script.Client();
        var read = store.ReadAsync("/a");
        var connection = await _script.AcceptAsync();
        var request = await connection.ExpectAsync(XenStoreMessageType.Read);
        foreach (var one in ScriptedConnection.Bytes((uint)XenStoreMessageType.Read, request.Id, 0, "value"))
        {
            connection.Raw([one]);
        }

        Assert.Equal("value", await read);
    }

    [Fact]
    public async Task A_reply_longer_than_the_protocol_allows_is_taken_since_oxenstored_sends_such_lists()
    {
        await using var store = _script.Client();
        var list = store.ListAsync("/a");
        var connection = await _script.AcceptAsync();
        var names = Enumerable.Range(0, 20_000).Select(number => $"name-{number}").ToArray();
        connection.Answer(await connection.ExpectAsync(XenStoreMessageType.Directory), string.Concat(names.Select(name => name + '\0')));
        Assert.Equal(names, await list);
    }

    [Fact]
    public async Task Events_between_replies_reach_the_watch_and_harm_no_reply()
    {
        await using var store = _script.Client();
        var setting = store.WatchAsync("/w");
        var connection = await _script.AcceptAsync();
        var request = await connection.ExpectAsync(XenStoreMessageType.Watch);
        var token = request.Payload.Split('\0')[1];
        connection.Event("/w", token);
        connection.Answer(request, "OK\0");
        var watch = await setting;

        var one = store.ReadAsync("/1");
        var two = store.ReadAsync("/2");
        var first = await connection.ExpectAsync(XenStoreMessageType.Read);
        var second = await connection.ExpectAsync(XenStoreMessageType.Read);
        connection.Event("/w/a", token);
        connection.Answer(first, "1");
        connection.Event("/w/b", "not a token of ours");
        connection.Event("/elsewhere", token);
        connection.Answer(second, "2");
        connection.Event("/w/c", token);

        Assert.Equal("1", await one);
        Assert.Equal("2", await two);
        var seen = new List<string>();
        await foreach (var path in watch.ReadAllAsync())
        {
            seen.Add(path);
            if (path == "/w/c")
            {
                break;
            }
        }

        // What is not below the watched path stands for the watched path.
        Assert.Contains("/w", seen);
        Assert.Contains("/w/a", seen);
        Assert.DoesNotContain("/w/b", seen);
        Assert.DoesNotContain("/elsewhere", seen);
    }

    public static TheoryData<string, byte[], string> BrokenStreams() =>
        new()
        {
            { "the end", [], "closed the connection" },
            { "a short header", [1, 0, 0], "in the middle of a message" },
            { "half a message", ScriptedConnection.Bytes(2, 1, 0, "val", length: 9), "in the middle of a message" },
            { "an absurd length", ScriptedConnection.Bytes(2, 1, 0, string.Empty, length: uint.MaxValue), "cannot be true" },
            { "an answer to nothing", ScriptedConnection.Bytes(2, 77, 0, "v"), "number 77" },
            { "an answer with the number of events", ScriptedConnection.Bytes(2, 0, 0, "v"), "number 0" },
            { "an answer of another type", ScriptedConnection.Bytes(11, 1, 0, "OK\0"), "READ with WRITE" },
            { "an answer of no type", ScriptedConnection.Bytes(0xffff, 1, 0, "OK\0"), "READ with type 65535" },
            { "an event without a token", ScriptedConnection.Bytes(15, 0, 0, "/path\0"), "watch event" },
            { "an event without a NUL", ScriptedConnection.Bytes(15, 0, 0, "/path"), "watch event" },
            { "an empty event", ScriptedConnection.Bytes(15, 0, 0, string.Empty), "watch event" },
        };

    [Theory]
    [MemberData(nameof(BrokenStreams))]
    public async Task A_broken_stream_tells_every_waiting_caller_the_first_cause(string what, byte[] bytes, string cause)
    {
        await using var store = _script.Client();
        var waiting = Enumerable.Range(0, 5).Select(number => store.ReadAsync($"/{number}")).ToArray();
        var connection = await _script.AcceptAsync();
        for (var request = 0; request < waiting.Length; request++)
        {
            await connection.ExpectAsync(XenStoreMessageType.Read);
        }

        connection.Raw(bytes);
        connection.Drop();
        var told = new HashSet<string>();
        foreach (var caller in waiting)
        {
            told.Add((await Assert.ThrowsAsync<XenStoreConnectionException>(() => caller)).Message);
        }

        Assert.True(told.Count == 1, $"{what}: {string.Join(" / ", told)}");
        Assert.Contains(cause, told.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_broken_stream_the_next_request_connects_anew()
    {
        await using var store = _script.Client();
        var broken = store.ReadAsync("/a");
        var connection = await _script.AcceptAsync();
        await connection.ExpectAsync(XenStoreMessageType.Read);
        connection.Raw(ScriptedConnection.Bytes(2, 99, 0, "?"));
        await Assert.ThrowsAsync<XenStoreConnectionException>(() => broken);

        var next = store.ReadAsync("/a");
        connection = await _script.AcceptAsync();
        connection.Answer(await connection.ExpectAsync(XenStoreMessageType.Read), "v");
        Assert.Equal("v", await next);
        Assert.Equal(2, store.Statistics.Connections);
    }

    [Theory]
    [InlineData("EACCES\0", "EACCES")]
    [InlineData("EACCES", "EACCES")]
    [InlineData("EQUOTA\0and more", "EQUOTA")]
    [InlineData("", "EPROTO")]
    [InlineData("\0", "EPROTO")]
    [InlineData("permission denied\0", "EPROTO")]
    [InlineData("E\u001b[31m\0", "EPROTO")]
    [InlineData("EAVERYLONGWORDTHATISNOERROROFANYSYSTEM\0", "EPROTO")]
    public async Task An_error_reply_is_typed_whatever_it_holds(string payload, string error)
    {
        await using var store = _script.Client();
        var read = store.ReadAsync("/a/b");
        var connection = await _script.AcceptAsync();
        connection.Fail(await connection.ExpectAsync(XenStoreMessageType.Read), payload);
        var refusal = await Assert.ThrowsAsync<XenStoreException>(() => read);
        Assert.Equal(("READ", "/a/b", error), (refusal.Request, refusal.Path, refusal.Error));
    }

    [Theory]
    [InlineData("")]
    [InlineData("n\0")]
    [InlineData("x0\0")]
    [InlineData("n-1\0")]
    [InlineData("n0\0r99999999999\0")]
    [InlineData("\0")]
    public async Task Permissions_that_are_none_are_an_error_of_that_request_alone(string payload)
    {
        await using var store = _script.Client();
        var asked = store.GetPermissionsAsync("/a");
        var connection = await _script.AcceptAsync();
        connection.Answer(await connection.ExpectAsync(XenStoreMessageType.GetPermissions), payload);
        Assert.Equal("EPROTO", (await Assert.ThrowsAsync<XenStoreException>(() => asked)).Error);
        await AnswersAsync(store, connection);
    }

    [Fact]
    public async Task A_transaction_number_that_is_none_is_an_error_of_that_transaction_alone()
    {
        await using var store = _script.Client();
        var transaction = store.TransactAsync(_ => Task.CompletedTask);
        var connection = await _script.AcceptAsync();
        connection.Answer(await connection.ExpectAsync(XenStoreMessageType.TransactionStart), "seven\0");
        Assert.Equal("EPROTO", (await Assert.ThrowsAsync<XenStoreException>(() => transaction)).Error);
        await AnswersAsync(store, connection);
    }

    private static async Task AnswersAsync(XenStoreClient store, ScriptedConnection connection)
    {
        var read = store.ReadAsync("/still");
        connection.Answer(await connection.ExpectAsync(XenStoreMessageType.Read), "there");
        Assert.Equal("there", await read);
    }
}
