using Simulation;
using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>Transactions that meet conflicts and lost connections.</summary>
public sealed class TransactionFaultTests
{
    private readonly SimulatedXenStored _simulated = new();

    [Fact]
    public async Task Conflicts_without_end_are_given_up_on_with_a_clear_error()
    {
        await using var store = _simulated.Client(
            options: new() { TransactionAttempts = 5, LongestTransactionPause = TimeSpan.FromMilliseconds(1) }
        );
        _simulated.Fault = request => request.Type == XenStoreMessageType.TransactionEnd ? SimulatedFault.Error("EAGAIN") : null;
        var rounds = 0;
        var failure = await Assert.ThrowsAsync<XenStoreException>(() =>
            store.TransactAsync(async inside =>
            {
                rounds++;
                await inside.WriteAsync("/a", "v");
            })
        );
        Assert.Equal(("TRANSACTION_END", "EAGAIN", 5), (failure.Request, failure.Error, rounds));
        Assert.Contains("begun 5 times", failure.Message, StringComparison.Ordinal);
        Assert.Null(await store.ReadAsync("/a"));
    }

    [Theory]
    [InlineData(XenStoreMessageType.TransactionStart)]
    [InlineData(XenStoreMessageType.Write)]
    public async Task A_transaction_whose_connection_is_lost_before_the_commit_is_done_again(XenStoreMessageType lostAt)
    {
        await using var store = _simulated.Client();
        var drops = 0;
        _simulated.Fault = request => request.Type == lostAt && drops++ == 0 ? SimulatedFault.DropAfter : null;
        await store.TransactAsync(inside => inside.WriteAsync("/a", "v"));
        Assert.Equal("v", await store.ReadAsync("/a"));
        Assert.Equal(2, drops);
        Assert.Equal(0, _simulated.OpenTransactions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_whose_connection_is_lost_in_the_commit_is_not_done_again_and_says_so(bool carriedOut)
    {
        await using var store = _simulated.Client();
        await store.WriteAsync("/count", "0");
        var drop = carriedOut ? SimulatedFault.DropAfter : SimulatedFault.DropBefore;
        _simulated.Fault = request => request.Type == XenStoreMessageType.TransactionEnd ? drop : null;
        var rounds = 0;
        var failure = await Assert.ThrowsAsync<XenStoreConnectionException>(() =>
            store.TransactAsync(async inside =>
            {
                rounds++;
                await inside.WriteAsync("/count", "1");
            })
        );
        _simulated.Fault = null;
        Assert.Equal(1, rounds);
        Assert.Contains("may or may not have been carried out", failure.Message, StringComparison.Ordinal);
        Assert.Equal(carriedOut ? "1" : "0", await store.ReadAsync("/count"));
    }

    [Fact]
    public async Task A_body_that_is_cancelled_abandons_its_transaction()
    {
        await using var store = _simulated.Client();
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.TransactAsync(
                async inside =>
                {
                    await inside.WriteAsync("/a", "never");
                    await cancellation.CancelAsync();
                    await inside.WriteAsync("/b", "never", cancellation.Token);
                    return 0;
                },
                cancellation.Token
            )
        );
        Assert.Null(await store.ReadAsync("/a"));
        Assert.Equal(0, _simulated.OpenTransactions);
    }

    [Fact]
    public async Task A_transaction_that_nobody_waits_for_any_more_is_ended_when_it_has_begun()
    {
        var held = new TaskCompletionSource();
        await using var store = _simulated.Client();
        await store.ConnectAsync();
        _simulated.Fault = request => request.Type == XenStoreMessageType.TransactionStart ? SimulatedFault.Delay(held.Task) : null;
        using var cancellation = new CancellationTokenSource();
        var begun = 0;
        var transaction = store.TransactAsync(
            _ =>
            {
                begun++;
                return Task.FromResult(0);
            },
            cancellation.Token
        );
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transaction);
        held.SetResult();
        while (store.Statistics[XenStoreMessageType.TransactionEnd] == 0)
        {
            await store.ReadAsync("/a").WaitAsync(TimeSpan.FromSeconds(20));
        }

        await store.ReadAsync("/a");
        Assert.Equal((0, 0), (begun, _simulated.OpenTransactions));
    }

    [Fact]
    public async Task A_transaction_costs_two_requests_besides_its_own()
    {
        await using var store = _simulated.Client();
        await store.ConnectAsync();
        var before = store.Statistics;
        await store.TransactAsync(async inside =>
        {
            await inside.WriteAsync("/a", "1");
            await inside.WriteAsync("/b", "2");
        });
        Assert.Equal("TRANSACTION_START 1, TRANSACTION_END 1, WRITE 2", store.Statistics.Since(before).ToString());
    }
}
