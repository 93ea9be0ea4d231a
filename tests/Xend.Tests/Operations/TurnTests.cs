using Simulation.Xen;
using Xend.Domains;
using Xend.Hosting;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Whose turn it is, who gives way, and what is left of who never had a turn.</summary>
public sealed class TurnTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_creation_whose_turn_never_came_leaves_no_domain(bool cancelled)
    {
        await using var host = await SimulatedHost.StartAsync(
            options: new XendOptions
            {
                LogFile = "/nonexistent",
                OperationWaitTimeout = TimeSpan.FromMilliseconds(cancelled ? 60_000 : 100),
            }
        );
        host.Machine.AddFile("/images/a.img");
        var hold = new Hold("destroy", "end-domain");
        await using var xend = await host.StartXendAsync(hold);
        await Sample.CreateAsync(host, xend.Toolstack);
        // Its name and UUID are free, and its last operation still has the turn.
        var destroy = xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        await hold.Reached;
        var create = xend.Toolstack.CreateAsync(Sample.Linux(), Guests.Root, default);
        if (cancelled)
        {
            await Eventually.TrueAsync(() => xend.Toolstack.ListTasks().Any(task => task.Operation == "create"));
            await xend.Toolstack.CancelTaskAsync(
                $"{xend.Toolstack.ListTasks().Single(task => task.Operation == "create").Id}",
                Guests.Root,
                default
            );
        }
        var error = await Assert.ThrowsAsync<XendError>(() => create);
        Assert.Equal(cancelled ? ErrorCode.Cancelled : ErrorCode.WrongState, error.Code);
        Assert.Null(xend.Rooms.Domains.Resolve("linux"));
        hold.Release();
        await destroy;
        await Sample.CreateAsync(host, xend.Toolstack);
    }

    [Fact]
    public async Task Whatever_was_asked_for_before_a_destruction_gives_way_also_what_waits()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var reached = new TaskCompletionSource();
        host.Builder.BeforeBuild = async (_, cancellation) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        };
        var create = xend.Toolstack.CreateAsync(Guests.Small("slow"), Guests.Root, default);
        await reached.Task;
        var pause = xend.Toolstack.PauseAsync("slow", Guests.Root, default);
        var wait = xend.Toolstack.WaitForDevicesAsync("slow", default);
        await xend.Toolstack.DestroyAsync("slow", Guests.Root with { ProcessId = 901 }, default);
        foreach (var given in new[] { create, pause, wait })
        {
            var error = await Assert.ThrowsAsync<XendError>(() => given);
            Assert.Equal(ErrorCode.Cancelled, error.Code);
            Assert.EndsWith("slow: cancelled by root (pid 901)", error.Message);
        }
    }

    [Fact]
    public async Task An_operation_that_has_just_got_its_turn_gives_way_too()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var clock = new HookedClock();
        var services = xend.Rooms.Host with { Clock = clock };
        var queues = new DomainQueues(xend.Rooms.Domains, services);
        var domain = Guid.NewGuid();
        Task<bool>? destroy = null;
        // It has the turn, and asks what time it is, when the destruction comes.
        clock.OnSecondCall = () =>
            destroy = queues.RunAsync(domain, "linux", OperationKind.Destroy, Guests.Root, _ => Task.FromResult(true), default);
        var pause = queues.RunAsync(
            domain,
            "linux",
            OperationKind.Pause,
            Guests.Root,
            async turn =>
            {
                await Task.Delay(TimeSpan.FromSeconds(30), turn);
                return true;
            },
            default
        );
        Assert.Equal(ErrorCode.Cancelled, (await Assert.ThrowsAsync<XendError>(() => pause)).Code);
        Assert.True(await destroy!);
    }

    [Fact]
    public async Task Operations_on_a_domain_run_in_the_order_in_which_they_were_asked_for()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var queues = new DomainQueues(xend.Rooms.Domains, xend.Rooms.Host);
        var domain = Guid.NewGuid();
        var release = new TaskCompletionSource();
        var order = new List<int>();
        var all = Enumerable
            .Range(0, 20)
            .Select(number =>
                queues.RunAsync(
                    domain,
                    "linux",
                    OperationKind.Pause,
                    Guests.Root,
                    async _ =>
                    {
                        order.Add(number);
                        await release.Task;
                        return true;
                    },
                    default
                )
            )
            .ToList();
        release.SetResult();
        await Task.WhenAll(all);
        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    /// <summary>Holds an operation after one of its steps.</summary>
    private sealed class Hold(string operation, string step) : IStepFaults
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Release() => _release.SetResult();

        public Task StrikeAsync(string title, string name, StepMoment moment)
        {
            if (title.Split(' ')[0] != operation || name != step || moment != StepMoment.After)
            {
                return Task.CompletedTask;
            }
            _reached.TrySetResult();
            return _release.Task;
        }
    }

    private sealed class HookedClock : TimeProvider
    {
        private int _calls;

        public Action? OnSecondCall { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            if (Interlocked.Increment(ref _calls) == 2)
            {
                OnSecondCall?.Invoke();
            }
            return base.GetUtcNow();
        }
    }
}
