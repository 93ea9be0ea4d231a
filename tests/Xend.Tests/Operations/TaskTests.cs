using System.Diagnostics;
using Simulation.Xen;
using Xend.Domains;
using Xend.Hosting;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;
using Xunit.Abstractions;

namespace Xend.Tests.Operations;

/// <summary>Operations under way: listed, cancelled, and in nobody else's way.</summary>
public sealed class TaskTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Who_comes_second_is_told_what_is_under_way_since_when_and_for_whom()
    {
        await using var host = await SimulatedHost.StartAsync(
            options: new XendOptions { LogFile = "/nonexistent", OperationWaitTimeout = TimeSpan.FromMilliseconds(100) }
        );
        await using var xend = await host.StartXendAsync();
        var frozen = await FreezeCreationAsync(host, xend, "slow");
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.PauseAsync("slow", Guests.Root with { ProcessId = 900 }, default)
        );
        Assert.Matches(@"^Domain 'slow' is busy: create since \d+ s, asked by root \(pid 812\)$", error.Message);
        Assert.Contains("operation-wait-timeout", error.Detail);
        Assert.Matches(@"xm cancel \d+ gives it up", error.Hint);
        await frozen.EndAsync();
    }

    [Fact]
    public async Task Tasks_show_what_runs_at_which_step_and_what_waits()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        Assert.Empty(xend.Toolstack.ListTasks());
        var frozen = await FreezeCreationAsync(host, xend, "slow");
        var waiting = xend.Toolstack.PauseAsync("slow", Guests.Root with { ProcessId = 900 }, default);
        var tasks = xend.Toolstack.ListTasks();
        Assert.Equal(
            [("slow", "create", true, "root (pid 812)"), ("slow", "pause", false, "root (pid 900)")],
            tasks.Select(task => (task.Domain, task.Operation, task.Runs, task.Requester))
        );
        Assert.Equal("build-image", tasks[0].Step);
        Assert.Null(tasks[1].Step);

        Assert.Equal(
            "pause of slow was cancelled before it began",
            await xend.Toolstack.CancelTaskAsync($"{tasks[1].Id}", Guests.Root, default)
        );
        Assert.Equal(ErrorCode.Cancelled, (await Assert.ThrowsAsync<XendError>(() => waiting)).Code);
        Assert.Equal(
            "create of slow was cancelled at step build-image",
            await xend.Toolstack.CancelTaskAsync("slow", Guests.Root with { ProcessId = 901 }, default)
        );
        var error = await Assert.ThrowsAsync<XendError>(() => frozen.Creation);
        Assert.Equal("create slow: cancelled by root (pid 901)", error.Message);
        Assert.Empty(xend.Toolstack.ListTasks());
        Assert.Equal(["Domain-0"], xend.Toolstack.ListDomains().Select(domain => domain.Name));
    }

    [Fact]
    public async Task The_daemon_is_idle_when_the_last_of_several_operations_has_ended()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var frozen = await FreezeCreationAsync(host, xend, "slow");
        await xend.Toolstack.CreateAsync(Guests.Small("quick"), Guests.Root, default);
        Assert.Equal(0, host.TimesIdle);
        await frozen.EndAsync();
        Assert.Equal(1, host.TimesIdle);
    }

    [Fact]
    public async Task What_has_ended_is_remembered_with_its_outcome()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("good"), Guests.Root, default);
        await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Linux("bad", uname: "phy:/dev/gone"), Guests.Root, default)
        );
        var ended = xend.Toolstack.ListEndedTasks();
        Assert.Equal(["good", "bad"], ended.Select(task => task.Domain));
        Assert.Null(ended[0].Failure);
        Assert.Contains("/dev/gone", ended[1].Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(xend.Toolstack.ListTasks());
    }

    [Fact]
    public async Task Of_what_has_ended_only_the_latest_are_remembered()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("busy"), Guests.Root, default);
        for (var count = 0; count < 2 * DomainQueues.MostEnded; count++)
        {
            await xend.Toolstack.PauseAsync("busy", Guests.Root, default);
        }
        var ended = xend.Toolstack.ListEndedTasks();
        Assert.Equal(DomainQueues.MostEnded, ended.Count);
        Assert.All(ended, task => Assert.Equal("pause", task.Operation));
        Assert.Equal(ended.Select(task => task.Id).Order(), ended.Select(task => task.Id));
    }

    [Theory]
    [InlineData("99", "There is no task 99")]
    [InlineData("nobody", "There is no task nobody")]
    [InlineData("idle", "Nothing is under way on domain idle")]
    public async Task What_is_not_under_way_cannot_be_cancelled(string reference, string sentence)
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("idle"), Guests.Root, default);
        Assert.Equal(
            sentence,
            (await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CancelTaskAsync(reference, Guests.Root, default))).Message
        );
    }

    [Fact]
    public async Task A_destruction_cannot_be_cancelled_and_does_not_wait_for_what_can()
    {
        await using var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        var empty = host.Dump();
        await Sample.CreateAsync(host, xend.Toolstack);
        // The destruction stands still in a script.
        var release = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        host.Scripts.Instead = async (call, _) =>
        {
            if (call.Arguments[0] == "remove")
            {
                reached.TrySetResult();
                await release.Task;
            }
            return null;
        };
        var destroy = xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        await reached.Task;
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CancelTaskAsync("linux", Guests.Root, default));
        Assert.Equal("destroy of linux cannot be cancelled", error.Message);
        release.SetResult();
        await destroy;
        Assert.Equal(empty, host.Dump());
    }

    [Fact]
    public async Task Whatever_hangs_on_a_guest_another_guest_can_be_created_changed_listed_and_destroyed()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var frozen = await FreezeCreationAsync(host, xend, "frozen");
        var waiting = xend.Toolstack.PauseAsync("frozen", Guests.Root, default);
        var watch = Stopwatch.StartNew();
        await xend.Toolstack.NewAsync(Guests.Small("other", 64), Guests.Root, default);
        await xend.Toolstack.StartAsync("other", false, Guests.Root, default);
        await xend.Toolstack.PauseAsync("other", Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("other", Guests.Root, default);
        await xend.Toolstack.SetMemoryAsync("other", 32, Guests.Root, default);
        await xend.Toolstack.SetVcpusAsync("other", 1, Guests.Root, default);
        await xend.Toolstack.PinVcpuAsync("other", null, [0], Guests.Root, default);
        await xend.Toolstack.RenameAsync("other", "another", Guests.Root, default);
        await xend.Toolstack.ShutdownAsync("another", "poweroff", Guests.Root, default);
        for (var look = 0; look < 100; look++)
        {
            Assert.Contains(xend.Toolstack.ListDomains(), domain => domain.Name == "frozen");
        }
        Assert.Empty(await xend.Toolstack.AuditAsync(false, Guests.Root, default));
        await xend.Toolstack.DestroyAsync("another", Guests.Root, default);
        await xend.Toolstack.DeleteAsync("another", Guests.Root, default);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.False(frozen.Creation.IsCompleted);
        await frozen.EndAsync();
        await Assert.ThrowsAnyAsync<XendError>(() => waiting);
    }

    public static TheoryData<string> Scenarios() => [.. OperationScenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_cancellation_at_any_step_ends_at_once_and_leaves_the_operation_done_or_undone(string name)
    {
        var scenario = OperationScenario.All.Single(scenario => scenario.Name == name);
        var course = await OperationCourse.ObserveAsync(scenario);
        var times = new List<TimeSpan>();
        foreach (var step in course.Steps.Distinct())
        {
            await using var host = await SweepHost.StartAsync();
            var canceller = new Canceller(scenario.Kind.Name, step);
            await using var xend = await host.PrepareAsync(scenario, canceller);
            canceller.Arm(xend.Toolstack);
            try
            {
                await scenario.Act(host.Host, xend.Toolstack).WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (XendError error)
            {
                Assert.Equal(ErrorCode.Cancelled, error.Code);
            }
            times.Add(await canceller.Time.WaitAsync(TimeSpan.FromSeconds(30)));
            // What a guest is owed begins again by itself, in its own time.
            await Eventually.TrueAsync(
                () =>
                    xend.Toolstack.ListTasks().Count == 0
                    && (
                        scenario.Owed
                        || (
                            SweepPicture.DomainsOf(xend.Toolstack) is var picture
                            && (picture == course.Before.Domains || picture == course.After.Domains || scenario.Allows(picture))
                        )
                    ),
                () => $"{name}, cancelled at {step}: it is\n{SweepPicture.DomainsOf(xend.Toolstack)}"
            );
            host.AssertBystanderUnharmed(xend.Toolstack);
            await host.AssertNothingStaysBehindAsync(xend.Toolstack);
        }
        output.WriteLine($"{name}: cancelled at {times.Count} steps, {times.Max().TotalMilliseconds:0} ms at most");
        // Half of them: the machine that tests run on may have other things to do.
        Assert.InRange(times.Order().ElementAt(times.Count / 2), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private static async Task<FrozenCreation> FreezeCreationAsync(SimulatedHost host, SimulatedXend xend, string name)
    {
        var reached = new TaskCompletionSource();
        host.Builder.BeforeBuild = async (request, cancellation) =>
        {
            if (reached.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
        };
        var creation = xend.Toolstack.CreateAsync(Guests.Small(name), Guests.Root, default);
        await reached.Task;
        return new FrozenCreation(creation, () => xend.Toolstack.DestroyAsync(name, Guests.Root, default));
    }

    private sealed record FrozenCreation(Task<DomainView> Creation, Func<Task> Destroy)
    {
        public async Task EndAsync()
        {
            await Destroy();
            Assert.Equal(ErrorCode.Cancelled, (await Assert.ThrowsAsync<XendError>(() => Creation)).Code);
        }
    }

    /// <summary>Cancels an operation before one of its steps, and measures how long that takes to have ended.</summary>
    private sealed class Canceller(string operation, string step) : IStepFaults
    {
        private readonly TaskCompletionSource<TimeSpan> _time = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Toolstack? _xend;

        public Task<TimeSpan> Time => _time.Task;

        public void Arm(Toolstack xend) => _xend = xend;

        public Task StrikeAsync(string title, string name, StepMoment moment)
        {
            if (
                title.Split(' ')[0] == operation
                && name == step
                && moment == StepMoment.Before
                && Interlocked.Exchange(ref _xend, null) is { } xend
            )
            {
                _ = CancelAsync(xend, xend.ListTasks().Single(task => task.Operation == operation).Id);
            }
            return Task.CompletedTask;
        }

        private async Task CancelAsync(Toolstack xend, int task)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                await xend.CancelTaskAsync($"{task}", Guests.Root, default);
            }
            catch (XendError)
            {
                // What takes a domain away is not cancelled: it says so, and goes on.
            }
            _time.TrySetResult(watch.Elapsed);
        }
    }
}
