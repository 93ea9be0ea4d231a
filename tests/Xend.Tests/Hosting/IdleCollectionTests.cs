using Xend.Hosting;

namespace Xend.Tests.Hosting;

public sealed class IdleCollectionTests
{
    [Fact]
    public void Each_operation_that_ends_puts_the_collection_off()
    {
        var (clock, collections) = (new OneTimerClock(), 0);
        using var idle = new IdleCollection(clock, () => collections++);
        Assert.Equal(Timeout.InfiniteTimeSpan, clock.Due);
        idle.Begin();
        idle.Begin();
        Assert.Equal((IdleCollection.Delay, 0), (clock.Due, collections));
        clock.Elapse();
        Assert.Equal((Timeout.InfiniteTimeSpan, 1), (clock.Due, collections));
    }

    /// <summary>A clock whose only timer is due when the test says so.</summary>
    private sealed class OneTimerClock : TimeProvider, ITimer
    {
        private Action _callback = static () => { };

        public TimeSpan Due { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            Change(dueTime, period);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Elapse()
        {
            Due = Timeout.InfiniteTimeSpan;
            _callback();
        }

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
