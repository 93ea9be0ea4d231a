using System.Net.Sockets;
using Simulation;
using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>Connections that are lost, cannot be made, or are closed.</summary>
public sealed class ReconnectionTests
{
    private static readonly XenStoreClientOptions Impatient = new() { ConnectTimeout = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task Where_nothing_listens_the_error_names_the_place_and_what_to_look_at()
    {
        var path = Path.Combine(Path.GetTempPath(), $"no-xenstored-{Guid.NewGuid():N}");
        await using var store = new XenStoreClient(new XenStoreUnixSocket([path]), Impatient);
        var failure = await Assert.ThrowsAsync<XenStoreConnectionException>(() => store.ConnectAsync());
        Assert.Equal(
            $"cannot connect to xenstored at {path}: there is no such socket. Is xenstored running? It serves root only",
            failure.Message
        );
    }

    [Fact]
    public async Task An_attempt_that_the_limit_cuts_short_does_not_hide_why_the_one_before_failed()
    {
        var attempts = 0;
        var transport = new XenStoreStreamTransport("there", async cancellation =>
        {
            if (++attempts > 1)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            throw new SocketException((int)SocketError.ConnectionRefused);
        });
        await using var store = new XenStoreClient(transport, Impatient);
        var failure = await Assert.ThrowsAsync<XenStoreConnectionException>(() => store.ConnectAsync());
        Assert.Equal(
            "cannot connect to xenstored at there: nothing listens there. Is xenstored running? It serves root only",
            failure.Message
        );
        Assert.Equal(2, attempts);
    }

    [Theory]
    [InlineData("XENSTORED_PATH", "/there/is/it", "/there/is/it")]
    [InlineData("XENSTORED_RUNDIR", "/elsewhere", "/elsewhere/socket")]
    [InlineData("XENSTORED_PATH", "", "/run/xenstored/socket /var/run/xenstored/socket")]
    [InlineData("HOME", "/root", "/run/xenstored/socket /var/run/xenstored/socket")]
    public void The_socket_is_looked_for_where_libxenstore_looks(string variable, string value, string expected) =>
        Assert.Equal(expected, string.Join(' ', XenStoreUnixSocket.PathsFrom(name => name == variable ? value : null)));

    [Fact]
    public async Task Requests_that_wait_for_an_answer_fail_and_later_ones_connect_anew()
    {
        var simulated = new SimulatedXenStored();
        var held = new TaskCompletionSource();
        await using var store = simulated.Client();
        await store.WriteAsync("/a", "v");
        simulated.Fault = request => request.Type == XenStoreMessageType.Read ? SimulatedFault.Delay(held.Task) : null;
        var waiting = Enumerable.Range(0, 3).Select(_ => store.ReadAsync("/a")).ToArray();
        simulated.DropConnections();
        simulated.Fault = null;
        foreach (var caller in waiting)
        {
            await Assert.ThrowsAsync<XenStoreConnectionException>(() => caller);
        }

        Assert.Equal("v", await store.ReadAsync("/a"));
        Assert.Equal(2, store.Statistics.Connections);
    }

    [Fact]
    public async Task A_connection_is_waited_for_while_xenstored_starts()
    {
        var simulated = new SimulatedXenStored();
        simulated.DropConnections(andRefuse: true);
        await using var store = simulated.Client();
        var write = store.WriteAsync("/a", "v");
        Assert.False(write.IsCompleted);
        simulated.Restart();
        await write;
    }

    [Fact]
    public async Task Watches_are_set_again_and_fire_once_each()
    {
        var simulated = new SimulatedXenStored();
        await using var store = simulated.Client();
        await using var one = await store.WatchAsync("/a");
        await using var two = await store.WatchAsync("/b");
        var ones = one.ReadAllAsync().GetAsyncEnumerator();
        var twos = two.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await ones.MoveNextAsync() && await twos.MoveNextAsync());

        simulated.DropConnections();
        Assert.True(await ones.MoveNextAsync() && await twos.MoveNextAsync());
        Assert.Equal(("/a", "/b"), (ones.Current, twos.Current));

        await store.WriteAsync("/a/x", "v");
        Assert.True(await ones.MoveNextAsync());
        Assert.Equal("/a/x", ones.Current);
        Assert.Equal(2, simulated.WatchCount);
    }

    [Fact]
    public async Task A_watch_that_is_disposed_is_not_set_again()
    {
        var simulated = new SimulatedXenStored();
        await using var store = simulated.Client();
        await using var kept = await store.WatchAsync("/a");
        await (await store.WatchAsync("/b")).DisposeAsync();
        var paths = kept.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await paths.MoveNextAsync());
        simulated.DropConnections();
        Assert.True(await paths.MoveNextAsync());
        Assert.Equal(1, simulated.WatchCount);
    }

    [Fact]
    public async Task The_readers_of_watches_are_told_when_xenstored_does_not_come_back()
    {
        var simulated = new SimulatedXenStored();
        await using var store = simulated.Client(options: Impatient);
        await using var watch = await store.WatchAsync("/a");
        simulated.DropConnections(andRefuse: true);
        var failure = await Assert.ThrowsAsync<XenStoreConnectionException>(async () =>
        {
            await foreach (var _ in watch.ReadAllAsync()) { }
        });
        Assert.Contains("cannot connect to xenstored at the simulated xenstored", failure.Message, StringComparison.Ordinal);

        // Whoever asks later gets a connection, and a new watch.
        simulated.Restart();
        await using var again = await store.WatchAsync("/a");
        Assert.Equal(1, simulated.WatchCount);
    }

    [Fact]
    public async Task A_watch_that_is_refused_when_it_is_set_again_tells_its_reader()
    {
        var simulated = new SimulatedXenStored();
        await using var store = simulated.Client();
        await using var watch = await store.WatchAsync("/a");
        simulated.Fault = request => request.Type == XenStoreMessageType.Watch ? SimulatedFault.Error("ENOSPC") : null;
        simulated.DropConnections();
        var failure = await Assert.ThrowsAsync<XenStoreException>(async () =>
        {
            await foreach (var _ in watch.ReadAllAsync()) { }
        });
        Assert.Equal("ENOSPC", failure.Error);
    }

    [Fact]
    public async Task Closing_the_client_releases_everybody()
    {
        var simulated = new SimulatedXenStored();
        var store = simulated.Client();
        var watch = await store.WatchAsync("/a");
        simulated.Fault = _ => SimulatedFault.Delay(new TaskCompletionSource().Task);
        var waiting = store.ReadAsync("/a");
        var listening = Task.Run(async () =>
        {
            await foreach (var _ in watch.ReadAllAsync()) { }
        });
        await store.DisposeAsync();
        Assert.Contains("closed", (await Assert.ThrowsAsync<XenStoreConnectionException>(() => waiting)).Message, StringComparison.Ordinal);
        await listening;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadAsync("/a"));
        await watch.DisposeAsync();
        await store.DisposeAsync();
        Assert.Equal(0, simulated.WatchCount);
    }

    [Fact]
    public async Task Closing_the_client_ends_an_attempt_to_connect()
    {
        var simulated = new SimulatedXenStored();
        simulated.DropConnections(andRefuse: true);
        var store = simulated.Client();
        var waiting = store.ReadAsync("/a");
        await store.DisposeAsync();
        Assert.Contains("closed", (await Assert.ThrowsAsync<XenStoreConnectionException>(() => waiting)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_waits_for_a_connection_may_stop_waiting()
    {
        var simulated = new SimulatedXenStored();
        simulated.DropConnections(andRefuse: true);
        await using var store = simulated.Client();
        using var impatience = new CancellationTokenSource();
        var waiting = store.ReadAsync("/a", impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
