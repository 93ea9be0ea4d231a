using Simulation.Xen;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>Makes one step fail.</summary>
internal sealed class OrderedFault(string operation, string step, StepMoment when) : IStepFaults
{
    public Task StrikeAsync(string title, string name, StepMoment moment) =>
        title.StartsWith(operation, StringComparison.Ordinal) && name == step && moment == when
            ? throw new XendError(ErrorCode.HostResource, "a fault was ordered")
            : Task.CompletedTask;
}

/// <summary>The daemon's death at one step: from then on nothing of it moves any more.</summary>
internal sealed class OrderedDeath(string operation, string step, StepMoment when) : IStepFaults, IDaemonDeath
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _never = new();

    /// <summary>Completes when the daemon is dead.</summary>
    public Task Happened => _happened.Task;

    public Task StrikeAsync(string title, string name, StepMoment moment)
    {
        if (title.StartsWith(operation, StringComparison.Ordinal) && name == step && moment == when)
        {
            _happened.SetResult();
        }
        return _happened.Task.IsCompleted ? _never.Task : Task.CompletedTask;
    }
}

/// <summary>Waits for a condition, with a generous limit.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        var limit = DateTime.UtcNow.AddSeconds(20);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, "the condition never came true");
            await Task.Delay(5);
        }
    }
}

/// <summary>A clock on which every wait is a thousand times shorter.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    private const int Haste = 1000;

    private readonly long _start = System.GetTimestamp();

    public override long GetTimestamp() => _start + (System.GetTimestamp() - _start) * Haste;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

    private static TimeSpan Shorter(TimeSpan time) => time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Max(1, time.TotalMilliseconds / Haste));
}
