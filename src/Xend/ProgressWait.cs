namespace Xend;

/// <summary>The limit of work that has none by its nature: it is waited for as long as it goes on.</summary>
/// <param name="clock">Measures how long it has stood still.</param>
/// <param name="patience">How long it may.</param>
internal sealed class ProgressWait(TimeProvider clock, TimeSpan patience)
{
    /// <summary>How often the work is looked at before patience ends.</summary>
    private const int Looks = 10;

    private readonly Lock _lock = new();
    private long _since = clock.GetTimestamp();
    private long _reached = long.MinValue;

    public TimeSpan Patience => patience;

    /// <summary>One look at the work: whether it is still to be waited for.</summary>
    /// <param name="reached">Grows while the work goes on: bytes written, processor time, less what is left.</param>
    public bool Continues(long reached)
    {
        lock (_lock)
        {
            if (reached > _reached)
            {
                (_reached, _since) = (reached, clock.GetTimestamp());
            }
            return clock.GetElapsedTime(_since) < patience;
        }
    }

    /// <summary>Waits for work, and asks again and again how far it is.</summary>
    /// <param name="clock">Measures.</param>
    /// <param name="work">What is waited for; its token is cancelled when it has not gone on for <paramref name="patience"/>.</param>
    /// <param name="progress">A number that grows while the work goes on, such as bytes.</param>
    /// <param name="patience">How long it may stay as it is.</param>
    /// <param name="cancellation">Ends the work and the waiting.</param>
    /// <exception cref="TimeoutException">It stayed so, says how long.</exception>
    public static async Task<T> ForAsync<T>(
        TimeProvider clock,
        Func<CancellationToken, Task<T>> work,
        Func<long> progress,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var task = work(stalled.Token);
        var (reached, idle) = (long.MinValue, 0);
        // Looks are counted, not time: a machine that stood still for a minute has not stalled.
        while (await Task.WhenAny(task, Task.Delay(patience / Looks, clock, CancellationToken.None)).ConfigureAwait(false) != task)
        {
            var now = progress();
            (reached, idle) = now > reached ? (now, 0) : (reached, idle + 1);
            if (idle == Looks)
            {
                await stalled.CancelAsync().ConfigureAwait(false);
                break;
            }
        }
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"there was no progress for {patience.TotalSeconds:0.#} s");
        }
    }
}
