using Simulation.Xen;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>The daemon's death between any two things that happen to a SCSI target or unit, which are finer than its steps.</summary>
public sealed class ScsiDeathTests
{
    private static readonly Dictionary<string, (Func<SimulatedHost, Toolstack, Task> Prepare, Func<Toolstack, Task> Act)> Operations = new()
    {
        ["create"] = (Nothing, xend => Sample.CreateRunningAsync(xend, Sample.WithScsi(Sample.ScsiUnit, Sample.OtherScsiUnit))),
        ["destroy"] = (CreateAsync, xend => xend.DestroyAsync("linux", Guests.Root, default)),
        ["detach one"] = (CreateAsync, xend => xend.DetachScsiAsync("linux", 0, [Sample.Place("0:0:0:0")], Guests.Root, default)),
        ["detach all"] = (CreateAsync, xend =>
            xend.DetachScsiAsync("linux", 0, [Sample.Place("0:0:0:0"), Sample.Place("0:0:1:0")], Guests.Root, default)
        ),
        ["attach one more"] = (CreateAsync, xend =>
            xend.AttachScsiAsync("linux", Sample.ScsiUnitAt("3:0:1:0", "0:0:5:0"), Guests.Root, default)
        ),
    };

    [Theory]
    [InlineData("create", 2)]
    [InlineData("destroy", 2)]
    [InlineData("detach one", 2)]
    [InlineData("detach all", 2)]
    [InlineData("attach one more", 2)]
    public async Task Between_any_two_acts_it_may_die_and_each_target_is_a_guests_or_gone(string operation, int least)
    {
        var acts = 0;
        while (await DiesAtAsync(operation, ++acts)) { }
        Assert.True(acts > least, $"{operation} did {acts - 1} things");
    }

    /// <summary>False where the operation ends before it has done so many things.</summary>
    private static async Task<bool> DiesAtAsync(string operation, int act)
    {
        var (prepare, work) = Operations[operation];
        await using var host = await SimulatedHost.StartAsync();
        await Sample.AddScsiUnits(host, null!);
        var empty = host.Dump();
        var death = new Death();
        var killed = await host.StartXendAsync(death);
        await prepare(host, killed.Toolstack);
        var done = 0;
        host.Scsi.WhenDone = () =>
        {
            if (Interlocked.Increment(ref done) == act)
            {
                death.Die();
            }
        };
        var end = work(killed.Toolstack);
        if (await Task.WhenAny(end, death.Happened) == end && !death.Happened.IsCompleted)
        {
            await end;
            return false;
        }
        await using var next = await host.StartXendAsync();
        await Eventually.TrueAsync(() => next.Toolstack.ListDomains().All(domain => domain.Operation is null));
        Sample.DemandTargetsAsConfigured(host, next.Toolstack);
        foreach (var domain in next.Toolstack.ListDomains().Where(domain => domain.Id != 0))
        {
            await next.Toolstack.DestroyAsync(domain.Uuid.ToString(), Guests.Root, default);
        }
        Assert.Equal(empty, host.Dump());
        return true;
    }

    private static Task Nothing(SimulatedHost host, Toolstack xend) => Task.CompletedTask;

    private static async Task CreateAsync(SimulatedHost host, Toolstack xend)
    {
        await Sample.CreateRunningAsync(xend, Sample.WithScsi(Sample.ScsiUnit, Sample.OtherScsiUnit));
        await Sample.DemandTakenUpAsync(host, 2);
        await Eventually.TrueAsync(() => host.Store.Dump("/local/domain/0/backend/vscsi/1/0/state").Contains('4'));
    }

    private sealed class Death : IStepFaults, IDaemonDeath
    {
        private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Happened => _happened.Task;

        public void Die() => _happened.TrySetResult();

        public Task StrikeAsync(string operation, string step, StepMoment moment) =>
            _happened.Task.IsCompleted ? new TaskCompletionSource().Task : Task.CompletedTask;
    }
}
