namespace Xend.Tests;

/// <summary>Work may take as long as it goes on.</summary>
public sealed class ProgressWaitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Work_that_goes_on_is_waited_for()
    {
        var (looks, done) = (0L, new TaskCompletionSource<int>());
        // Three times as many looks as patience has.
        long Progress()
        {
            if (++looks == 30)
            {
                done.SetResult(7);
            }
            return looks;
        }
        Assert.Equal(7, await ProgressWait.ForAsync(TimeProvider.System, done.Task.WaitAsync, Progress, Patience, CancellationToken.None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    public async Task Work_that_stays_where_it_is_is_ended(long reached)
    {
        var stalled = await Assert.ThrowsAsync<TimeoutException>(() =>
            ProgressWait.ForAsync(TimeProvider.System, NeverAsync, () => reached, Patience, CancellationToken.None)
        );
        Assert.Equal("there was no progress for 0.2 s", stalled.Message);
    }

    [Fact]
    public async Task Whoever_asked_can_end_it()
    {
        using var asked = new CancellationTokenSource();
        var wait = ProgressWait.ForAsync(TimeProvider.System, NeverAsync, () => 0, TimeSpan.FromHours(1), asked.Token);
        await asked.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private static async Task<int> NeverAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return 0;
    }
}
