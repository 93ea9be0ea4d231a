using Simulation.Xen;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>The daemon's death between any two things that it does to a PCI device, which are finer than its steps.</summary>
public sealed class PciDeathTests
{
    private static readonly Dictionary<string, (Func<SimulatedHost, Toolstack, Task> Prepare, Func<Toolstack, Task> Act)> Operations = new()
    {
        ["create"] = (Sample.AddCards, xend => xend.CreateAsync(Sample.WithCards(Sample.Card, Sample.IdleCard), Guests.Root, default)),
        ["destroy"] = (Sample.CreateWithCardsAsync, xend => xend.DestroyAsync("linux", Guests.Root, default)),
        ["reset"] = (Sample.CreateWithCardsAsync, xend => xend.ResetAsync("linux", Guests.Root, default)),
        ["detach one"] = (Sample.CreateWithCardsAsync, xend =>
            xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default)
        ),
        ["detach all"] = (Sample.CreateWithCardsAsync, xend =>
            xend.DetachPciAsync("linux", Sample.Cards(Sample.Card, Sample.IdleCard), Guests.Root, default)
        ),
        ["attach one more"] = (
            async (host, xend) =>
            {
                await Sample.CreateWithCardsAsync(host, xend);
                await xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default);
            },
            xend => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default)
        ),
        ["create, fully virtualized"] = (
            (_, _) => Task.CompletedTask,
            xend => xend.CreateAsync(Sample.HvmWithCards(Sample.Card, Sample.IdleCard), Guests.Root, default)
        ),
        ["destroy, fully virtualized"] = (Sample.CreateHvmWithCardsAsync, xend => xend.DestroyAsync("linux", Guests.Root, default)),
        ["detach one, fully virtualized"] = (Sample.CreateHvmWithCardsAsync, xend =>
            xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default)
        ),
        ["detach all, fully virtualized"] = (Sample.CreateHvmWithCardsAsync, xend =>
            xend.DetachPciAsync("linux", Sample.Cards(Sample.Card, Sample.IdleCard), Guests.Root, default)
        ),
        ["attach the only one, fully virtualized"] = (
            async (host, xend) =>
            {
                await Sample.CreateHvmWithCardsAsync(host, xend);
                await xend.DetachPciAsync("linux", Sample.Cards(Sample.Card, Sample.IdleCard), Guests.Root, default);
            },
            xend => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default)
        ),
        ["attach one more, fully virtualized"] = (
            async (host, xend) =>
            {
                await Sample.CreateHvmWithCardsAsync(host, xend);
                await xend.DetachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default);
            },
            xend => xend.AttachPciAsync("linux", Sample.Cards(Sample.IdleCard), Guests.Root, default)
        ),
    };

    [Theory]
    [InlineData("create")]
    [InlineData("destroy")]
    [InlineData("reset")]
    [InlineData("detach one")]
    [InlineData("detach all")]
    [InlineData("attach one more")]
    [InlineData("create, fully virtualized")]
    [InlineData("destroy, fully virtualized")]
    [InlineData("detach one, fully virtualized")]
    [InlineData("detach all, fully virtualized")]
    [InlineData("attach the only one, fully virtualized")]
    [InlineData("attach one more, fully virtualized")]
    public async Task Between_any_two_acts_on_a_device_it_may_die_and_each_device_is_given_or_given_back(string operation)
    {
        var acts = 0;
        while (await DiesAtAsync(operation, ++acts)) { }
        Assert.True(acts > 3, $"{operation} did {acts - 1} things");
    }

    /// <summary>False where the operation ends before it has done so many things.</summary>
    private static async Task<bool> DiesAtAsync(string operation, int act)
    {
        var (prepare, work) = Operations[operation];
        await using var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        Sample.AddCardsTo(host);
        var empty = host.Dump();
        var death = new Death();
        var killed = await host.StartXendAsync(death);
        await prepare(host, killed.Toolstack);
        var done = 0;
        host.Pci.WhenDone = () =>
        {
            if (++done == act)
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
        Sample.DemandSafeDevices(host, next.Toolstack);
        foreach (var domain in next.Toolstack.ListDomains().Where(domain => domain.Id != 0))
        {
            await next.Toolstack.DestroyAsync(domain.Uuid.ToString(), Guests.Root, default);
        }
        Assert.Equal(empty, host.Dump());
        return true;
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
