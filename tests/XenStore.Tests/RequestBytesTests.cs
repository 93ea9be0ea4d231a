using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>The payload of each request, byte for byte: where the NULs are is what daemons are strict about.</summary>
public sealed class RequestBytesTests
{
    public static TheoryData<XenStoreMessageType, string, string> Requests() =>
        new()
        {
            { XenStoreMessageType.Read, "/a/b\0", "v" },
            { XenStoreMessageType.Directory, "/a/b\0", "x\0" },
            { XenStoreMessageType.Write, "/a/b\0value", "OK\0" },
            { XenStoreMessageType.MakeDirectory, "/a/b\0", "OK\0" },
            { XenStoreMessageType.Remove, "/a/b\0", "OK\0" },
            { XenStoreMessageType.GetPermissions, "/a/b\0", "n0\0" },
            { XenStoreMessageType.SetPermissions, "/a/b\0n1\0r2\0", "OK\0" },
            { XenStoreMessageType.Introduce, "7\0" + "1048575\0" + "3\0", "OK\0" },
            { XenStoreMessageType.Resume, "7\0", "OK\0" },
            { XenStoreMessageType.Release, "7\0", "OK\0" },
            { XenStoreMessageType.SetTarget, "7\0" + "8\0", "OK\0" },
            { XenStoreMessageType.IsDomainIntroduced, "7\0", "T\0" },
            { XenStoreMessageType.GetDomainPath, "7\0", "/local/domain/7\0" },
            { XenStoreMessageType.Watch, "/a/b\0" + "1\0", "OK\0" },
        };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_has_the_payload_that_the_protocol_says(XenStoreMessageType type, string payload, string answer)
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var asked = AskAsync(store, type);
        var connection = await script.AcceptAsync();
        var request = await connection.ExpectAsync(type);
        Assert.Equal(payload, request.Payload);
        Assert.Equal(0u, request.Transaction);
        Assert.NotEqual(0u, request.Id);
        connection.Answer(request, answer);
        await asked;
        Assert.Equal(1, store.Statistics[type]);
        Assert.Equal(1, store.Statistics.Requests);
    }

    [Fact]
    public async Task A_transaction_carries_its_number_and_ends_with_T()
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var transaction = store.TransactAsync(inside => inside.WriteAsync("/a", "v"));
        var connection = await script.AcceptAsync();
        var begin = await connection.ExpectAsync(XenStoreMessageType.TransactionStart);
        Assert.Equal(("\0", 0u), (begin.Payload, begin.Transaction));
        connection.Answer(begin, "4294967295\0");
        var write = await connection.ExpectAsync(XenStoreMessageType.Write);
        Assert.Equal(("/a\0v", uint.MaxValue), (write.Payload, write.Transaction));
        connection.Answer(write, "OK\0");
        var end = await connection.ExpectAsync(XenStoreMessageType.TransactionEnd);
        Assert.Equal(("T\0", uint.MaxValue), (end.Payload, end.Transaction));
        connection.Answer(end, "OK\0");
        await transaction;
    }

    [Fact]
    public async Task An_abandoned_transaction_ends_with_F()
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var transaction = store.TransactAsync(_ => throw new FormatException());
        var connection = await script.AcceptAsync();
        connection.Answer(await connection.ExpectAsync(XenStoreMessageType.TransactionStart), "5\0");
        var end = await connection.ExpectAsync(XenStoreMessageType.TransactionEnd);
        Assert.Equal(("F\0", 5u), (end.Payload, end.Transaction));
        connection.Answer(end, "OK\0");
        await Assert.ThrowsAsync<FormatException>(() => transaction);
    }

    [Fact]
    public async Task A_long_list_is_read_in_parts_and_begun_anew_when_it_changes()
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var list = store.ListAsync("/d");
        var connection = await script.AcceptAsync();
        connection.Fail(await connection.ExpectAsync(XenStoreMessageType.Directory), "E2BIG\0");
        await PartAsync("/d\0" + "0\0", "12\0one\0two\0");
        await PartAsync("/d\0" + "8\0", "13\0three\0\0");
        await PartAsync("/d\0" + "0\0", "13\0one\0");
        await PartAsync("/d\0" + "4\0", "13\0three\0");
        await PartAsync("/d\0" + "10\0", "13\0\0");
        Assert.Equal(["one", "three"], await list);

        async Task PartAsync(string expected, string answer)
        {
            var request = await connection.ExpectAsync(XenStoreMessageType.DirectoryPart);
            Assert.Equal(expected, request.Payload);
            connection.Answer(request, answer);
        }
    }

    [Fact]
    public async Task A_list_that_changes_for_ever_is_given_up_on()
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var list = store.ListAsync("/d");
        var connection = await script.AcceptAsync();
        connection.Fail(await connection.ExpectAsync(XenStoreMessageType.Directory), "E2BIG\0");
        for (var generation = 0; !list.IsCompleted && generation < 32; generation++)
        {
            connection.Answer(await connection.ExpectAsync(XenStoreMessageType.DirectoryPart), $"{generation}\0name\0");
        }

        Assert.Equal("EAGAIN", (await Assert.ThrowsAsync<XenStoreException>(() => list)).Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0name\0\0")]
    [InlineData("12\0")]
    [InlineData("no NUL at all")]
    public async Task A_part_of_a_list_that_is_none_is_an_error(string part)
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var list = store.ListAsync("/d");
        var connection = await script.AcceptAsync();
        connection.Fail(await connection.ExpectAsync(XenStoreMessageType.Directory), "E2BIG\0");
        connection.Answer(await connection.ExpectAsync(XenStoreMessageType.DirectoryPart), part);
        Assert.Equal("EPROTO", (await Assert.ThrowsAsync<XenStoreException>(() => list)).Error);
    }

    [Fact]
    public async Task Where_a_list_does_not_fit_and_there_are_no_parts_the_error_says_so()
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var list = store.ListAsync("/d");
        var connection = await script.AcceptAsync();
        connection.Fail(await connection.ExpectAsync(XenStoreMessageType.Directory), "E2BIG\0");
        connection.Fail(await connection.ExpectAsync(XenStoreMessageType.DirectoryPart), "ENOSYS\0");
        Assert.Equal("E2BIG", (await Assert.ThrowsAsync<XenStoreException>(() => list)).Error);
    }

    [Fact]
    public async Task What_is_refused_is_not_sent()
    {
        var script = new ScriptedXenStored();
        await using var store = script.Client();
        var refusal = await Assert.ThrowsAsync<XenStoreException>(() => store.WriteAsync("/a", new string('x', 4094)));
        Assert.Contains("4097", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was sent", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<XenStoreException>(() => store.ReadAsync("local/domain"));
        await Assert.ThrowsAsync<XenStoreException>(() => store.RemoveAsync("/"));
        await Assert.ThrowsAsync<XenStoreException>(() => store.WatchAsync("x"));
        var many = Enumerable.Repeat(new XenStorePermission(12345, XenStoreAccess.Read), 1000);
        await Assert.ThrowsAsync<XenStoreException>(() => store.SetPermissionsAsync("/a", new([.. many])));
        Assert.Equal((0, 0), (store.Statistics.Requests, store.Statistics.Connections));
    }

    private static Task AskAsync(XenStoreClient store, XenStoreMessageType type) =>
        type switch
        {
            XenStoreMessageType.Read => store.ReadAsync("/a/b"),
            XenStoreMessageType.Directory => store.ListAsync("/a/b"),
            XenStoreMessageType.Write => store.WriteAsync("/a/b", "value"),
            XenStoreMessageType.MakeDirectory => store.MakeDirectoryAsync("/a/b"),
            XenStoreMessageType.Remove => store.RemoveAsync("/a/b"),
            XenStoreMessageType.GetPermissions => store.GetPermissionsAsync("/a/b"),
            XenStoreMessageType.SetPermissions => store.SetPermissionsAsync("/a/b", XenStorePermissions.OwnedAndReadBy(1, 2)),
            XenStoreMessageType.Introduce => store.IntroduceDomainAsync(7, 0xFFFFF, 3),
            XenStoreMessageType.Resume => store.ResumeDomainAsync(7),
            XenStoreMessageType.Release => store.ReleaseDomainAsync(7),
            XenStoreMessageType.SetTarget => store.SetTargetAsync(7, 8),
            XenStoreMessageType.IsDomainIntroduced => store.IsDomainIntroducedAsync(7),
            XenStoreMessageType.GetDomainPath => store.GetDomainPathAsync(7),
            _ => store.WatchAsync("/a/b"),
        };
}
