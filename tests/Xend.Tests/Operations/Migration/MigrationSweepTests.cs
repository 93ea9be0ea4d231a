using Xend.Domains;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;
using Xunit.Abstractions;

namespace Xend.Tests.Operations.Migration;

/// <summary>Whatever is lost at whatever moment of a migration, exactly one host has the guest afterwards, and it runs there.</summary>
public sealed class MigrationSweepTests(ITestOutputHelper output)
{
    public static TheoryData<string, bool> Losses
    {
        get
        {
            var losses = new TheoryData<string, bool>();
            foreach (var loss in new[] { "connection", "source", "target", "both" })
            {
                losses.Add(loss, false);
                losses.Add(loss, true);
            }
            return losses;
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task After_a_loss_at_any_message_exactly_one_host_has_the_guest(string loss, bool isLive)
    {
        var (writes, emptySource, emptyTarget) = await ObserveAsync(isLive);
        var sides = new List<string>();
        for (var write = 0; write <= writes + 2; write++)
        {
            try
            {
                sides.Add(await LoseAsync(loss, isLive, write, emptySource, emptyTarget));
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{loss} lost at message {write} of {writes}: {error}");
            }
        }
        output.WriteLine($"{loss}: {string.Join(' ', sides)}");
        // The first loss leaves it where it was, and the last comes when it is over.
        Assert.Equal((TwoHosts.Source, TwoHosts.Target), (sides[0], sides[^1]));
        // From some message on it is the other host's, and never before that again the source's.
        Assert.Equal(sides.OrderBy(side => side == TwoHosts.Target), sides);
    }

    /// <summary>What the sweeps of one host cannot try.</summary>
    public static IReadOnlyList<OperationKind> Kinds { get; } = [OperationKind.Migrate, OperationKind.HandOver, OperationKind.Receive];

    [Theory]
    [InlineData("migrate", false)]
    [InlineData("migrate", true)]
    [InlineData("receive", false)]
    [InlineData("receive", true)]
    public async Task A_failure_or_a_death_at_any_step_leaves_the_guest_to_exactly_one_host(string operation, bool isKilled)
    {
        var (_, emptySource, emptyTarget) = await ObserveAsync(isLive: false);
        var steps = await StepsAsync(operation);
        output.WriteLine($"{operation}: {string.Join(' ', steps)}");
        Assert.Contains(operation == "migrate" ? "let-depart" : "await-hand-over", steps);
        foreach (var step in steps)
        {
            foreach (var when in Enum.GetValues<StepMoment>())
            {
                try
                {
                    await TryAsync(operation, step, when, isKilled, emptySource, emptyTarget);
                }
                catch (Exception error)
                {
                    throw new InvalidOperationException($"{operation}, {when} {step}: {error}");
                }
            }
        }
    }

    private static async Task<IReadOnlyList<string>> StepsAsync(string operation)
    {
        var recorder = new Recorder(operation);
        await using var hosts = await TwoHosts.StartAsync(first: recorder, second: recorder);
        await CreateAsync(hosts, isLive: false);
        await hosts.MigrateAsync();
        return [.. recorder.Seen.Distinct()];
    }

    private static async Task TryAsync(
        string operation,
        string step,
        StepMoment when,
        bool isKilled,
        string emptySource,
        string emptyTarget
    )
    {
        var death = new OrderedDeath(operation, step, when).Arm();
        IStepFaults faults = isKilled ? death : new OrderedFault(operation, step, when).Arm();
        var isOfSource = operation == "migrate";
        await using var hosts = await TwoHosts.StartAsync(first: isOfSource ? faults : null, second: isOfSource ? null : faults);
        await CreateAsync(hosts, isLive: false);
        var migration = hosts.MigrateAsync();
        if (isKilled && isOfSource)
        {
            await death.Happened;
            await hosts.RestartSourceAsync();
        }
        else
        {
            await ((Task)migration).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (isKilled)
            {
                await hosts.RestartTargetAsync();
            }
        }
        var has = await hosts.SettleAsync(emptySource, emptyTarget);
        // Who is told that it went has it there.
        if (migration.IsCompletedSuccessfully)
        {
            Assert.Equal(TwoHosts.Target, has);
        }
    }

    private static async Task<(int Writes, string Source, string Target)> ObserveAsync(bool isLive)
    {
        await using var hosts = await TwoHosts.StartAsync();
        var (source, target) = (hosts.First.Dump(), hosts.Second.Dump());
        await CreateAsync(hosts, isLive);
        var course = await MigrationCourse.ObserveAsync(hosts, isLive);
        return (course.Writes, source, target);
    }

    private static async Task<string> LoseAsync(string loss, bool isLive, int write, string emptySource, string emptyTarget)
    {
        var (first, second) = (new Death(), new Death());
        await using var hosts = await TwoHosts.StartAsync(
            first: loss is "source" or "both" ? first : null,
            second: loss is "target" or "both" ? second : null
        );
        await CreateAsync(hosts, isLive);
        hosts.Network.StrikeAfter = write;
        hosts.Network.Strike = loss switch
        {
            "connection" => null,
            "source" => first.Die,
            "target" => second.Die,
            _ => () =>
            {
                first.Die();
                second.Die();
            },
        };
        var migration = hosts.MigrateAsync(isLive);
        if (loss is "source" or "both")
        {
            // A migration that was over before is none that a death cuts short.
            await Task.WhenAny(first.Happened, migration);
        }
        else
        {
            await ((Task)migration).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (second.Happened.IsCompleted)
        {
            await hosts.RestartTargetAsync();
        }
        if (first.Happened.IsCompleted)
        {
            await hosts.RestartSourceAsync();
        }
        return await hosts.SettleAsync(emptySource, emptyTarget);
    }

    private static Task CreateAsync(TwoHosts hosts, bool isLive) =>
        isLive ? Sample.CreatePvhAsync(hosts.From) : Sample.CreateAsync(hosts.First, hosts.From);

    private sealed class Recorder(string operation) : IStepFaults
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Seen { get; } = [];

        public Task StrikeAsync(string title, string step, StepMoment moment)
        {
            if (title.Split(' ')[0] == operation && moment == StepMoment.Before)
            {
                Seen.Enqueue(step);
            }
            return Task.CompletedTask;
        }
    }

    /// <summary>A daemon's, when somebody says so.</summary>
    private sealed class Death : IStepFaults, Simulation.Xen.IDaemonDeath
    {
        private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _never = new();

        public Task Happened => _happened.Task;

        public void Die() => _happened.TrySetResult();

        public Task StrikeAsync(string operation, string step, StepMoment moment) =>
            _happened.Task.IsCompleted ? _never.Task : Task.CompletedTask;
    }
}
