using Simulation.Xen;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>Makes one step fail, once.</summary>
/// <param name="operation">The operation's name.</param>
/// <param name="step">The step's.</param>
/// <param name="when">Before it or after it.</param>
internal sealed class OrderedFault(string operation, string step, StepMoment when) : IStepFaults
{
    private readonly TaskCompletionSource _struck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _armed;

    /// <summary>Completes when it has failed.</summary>
    public Task Struck => _struck.Task;

    /// <summary>Nothing fails before this.</summary>
    public OrderedFault Arm()
    {
        _armed = 1;
        return this;
    }

    public Task StrikeAsync(string title, string name, StepMoment moment)
    {
        if (title.Split(' ')[0] != operation || name != step || moment != when || Interlocked.Exchange(ref _armed, 0) == 0)
        {
            return Task.CompletedTask;
        }
        _struck.SetResult();
        throw new XendError(ErrorCode.HostResource, "a fault was ordered");
    }
}

/// <summary>Makes one step fail so many times.</summary>
internal sealed class RepeatedFault(string operation, string step, int times) : IStepFaults
{
    private int _left = times;

    public int Left => Math.Max(0, Volatile.Read(ref _left));

    public Task StrikeAsync(string title, string name, StepMoment moment) =>
        title.Split(' ')[0] == operation && name == step && moment == StepMoment.Before && Interlocked.Decrement(ref _left) >= 0
            ? throw new XendError(ErrorCode.HostResource, "a fault was ordered")
            : Task.CompletedTask;
}

/// <summary>The daemon's death at one step: from then on nothing of it moves any more.</summary>
/// <param name="operation">The operation's name.</param>
/// <param name="step">The step's.</param>
/// <param name="when">Before it or after it.</param>
internal sealed class OrderedDeath(string operation, string step, StepMoment when) : IStepFaults, IDaemonDeath
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _never = new();
    private volatile bool _armed;

    /// <summary>Completes when the daemon is dead.</summary>
    public Task Happened => _happened.Task;

    /// <summary>It does not die before this.</summary>
    public OrderedDeath Arm()
    {
        _armed = true;
        return this;
    }

    public Task StrikeAsync(string title, string name, StepMoment moment)
    {
        if (_armed && title.Split(' ')[0] == operation && name == step && moment == when)
        {
            _happened.TrySetResult();
        }
        return _happened.Task.IsCompleted ? _never.Task : Task.CompletedTask;
    }
}

/// <summary>Something happens on the host just before a step.</summary>
internal sealed class BeforeStep(string name, Func<Task> happens) : IStepFaults
{
    public Task StrikeAsync(string operation, string step, StepMoment moment) =>
        step == name && moment == StepMoment.Before ? happens() : Task.CompletedTask;
}

/// <summary>Waits for a condition, with a generous limit.</summary>
internal static class Eventually
{
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, Func<string>? explain = null, TimeSpan? patience = null)
    {
        var limit = DateTime.UtcNow + (patience ?? Patience);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, explain?.Invoke() ?? "the condition never came true");
            await Task.Delay(5);
        }
    }
}

/// <summary>A clock on which nothing comes by itself that comes every ten seconds: who waits for a look waits for ever.</summary>
/// <param name="stands">True: no time seems to pass, so that what waits as long as something has taken waits its shortest time.</param>
internal sealed class ClockWithoutLongTimers(bool stands = false) : TimeProvider
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public override long GetTimestamp() => stands ? 0 : base.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > Longest ? Timeout.InfiniteTimeSpan : dueTime, period);
}

/// <summary>A clock on which every wait is a thousand times shorter.</summary>
/// <param name="atOnce">
/// False: only after <see cref="Hurry"/>, so that what comes before has the time that it takes on a busy machine.
/// </param>
internal sealed class ImpatientClock(bool atOnce = true) : TimeProvider
{
    private const int Haste = 1000;

    private long _since = atOnce ? System.GetTimestamp() : long.MaxValue;

    private bool Hurries => Volatile.Read(ref _since) < long.MaxValue;

    public void Hurry() => Volatile.Write(ref _since, System.GetTimestamp());

    public override long GetTimestamp()
    {
        var (now, since) = (System.GetTimestamp(), Volatile.Read(ref _since));
        return now <= since ? now : since + (now - since) * Haste;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

    private TimeSpan Shorter(TimeSpan time) =>
        !Hurries || time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / Haste));
}
