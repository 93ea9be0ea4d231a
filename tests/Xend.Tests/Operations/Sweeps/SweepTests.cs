using Simulation.Xen;
using Xend.Domains;
using Xend.Operations;
using Xunit.Abstractions;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>The daemon's death, and a failure, before and after every step of every operation.</summary>
public sealed class SweepTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scenarios()
    {
        var data = new TheoryData<string>();
        foreach (var scenario in OperationScenario.All)
        {
            data.Add(scenario.Name);
        }
        return data;
    }

    [Fact]
    public void Every_operation_is_swept() =>
        Assert.Empty(OperationKind.Planned.Except(OperationScenario.All.Select(scenario => scenario.Kind)));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_daemon_killed_at_any_step_leaves_the_operation_done_or_undone(string name)
    {
        var scenario = OperationScenario.All.Single(scenario => scenario.Name == name);
        var course = await OperationCourse.ObserveAsync(scenario);
        output.WriteLine($"{name}: the daemon is killed at {course.Points.Count()} points");
        Assert.NotEmpty(course.Points);
        foreach (var (step, when) in course.Points)
        {
            await TryAsync($"{name}: killed {when} {step}", () => KillAsync(scenario, course, step, when));
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_failure_at_any_step_leaves_the_operation_done_or_undone(string name)
    {
        var scenario = OperationScenario.All.Single(scenario => scenario.Name == name);
        var course = await OperationCourse.ObserveAsync(scenario);
        output.WriteLine($"{name}: {course.Points.Count()} points fail");
        foreach (var (step, when) in course.Points)
        {
            await TryAsync($"{name}: failed {when} {step}", () => FailAsync(scenario, course, step, when));
        }
    }

    private static async Task KillAsync(OperationScenario scenario, OperationCourse course, string step, StepMoment when)
    {
        await using var host = await SweepHost.StartAsync();
        var death = new OrderedDeath(scenario.Kind.Name, step, when);
        var killed = await host.PrepareAsync(scenario, death);
        death.Arm();
        var operation = scenario.Act(host.Host, killed.Toolstack);
        await death.Happened;

        string picture;
        await using (var next = await host.Host.StartXendAsync())
        {
            picture = await SettledAsync(scenario, course, host.Host, next.Toolstack);
            host.AssertBystanderUnharmed(next.Toolstack);
        }
        // And the one after that finds nothing to do.
        await using var last = await host.Host.StartXendAsync();
        Assert.Equal(picture, SweepHost.Picture(last.Toolstack));
        Assert.Empty(await last.Toolstack.AuditAsync(fix: false, Guests.Root, default));
        await host.AssertNothingStaysBehindAsync(last.Toolstack);
        Assert.True(scenario.IsSetOffByGuest || !operation.IsCompleted);
    }

    private static async Task FailAsync(OperationScenario scenario, OperationCourse course, string step, StepMoment when)
    {
        await using var host = await SweepHost.StartAsync();
        var fault = new OrderedFault(scenario.Kind.Name, step, when);
        await using var xend = await host.PrepareAsync(scenario, fault);
        fault.Arm();
        try
        {
            await scenario.Act(host.Host, xend.Toolstack);
        }
        catch (XendError error)
        {
            Assert.Contains($"{scenario.Kind.Name} linux, step {step}", error.Text);
            Assert.Contains("ordered", error.Message);
            if (
                scenario.EndedByAskingAgain
                && SweepHost.Picture(xend.Toolstack) is var left
                && left != course.Before
                && left != course.After
            )
            {
                await scenario.Act(host.Host, xend.Toolstack);
            }
        }
        await SettledAsync(scenario, course, host.Host, xend.Toolstack);
        host.AssertBystanderUnharmed(xend.Toolstack);
        await host.AssertNothingStaysBehindAsync(xend.Toolstack);
    }

    /// <summary>Waits; what has to be tried again later is, for the clock goes on.</summary>
    private static async Task<string> SettledAsync(OperationScenario scenario, OperationCourse course, SimulatedHost host, Toolstack xend)
    {
        var picture = "";
        bool Settled()
        {
            picture = SweepHost.Picture(xend);
            if (
                (picture == course.After && (!scenario.IsSetOffByGuest || scenario.IsDone(xend)))
                || (!scenario.Owed && picture == course.Before)
                || scenario.Allows(picture)
            )
            {
                return true;
            }
            ((ShiftedClock)host.Clock).Offset += TimeSpan.FromSeconds(1);
            xend.LookAgain();
            return false;
        }
        await Eventually.TrueAsync(Settled, () =>
            $"it is\n{picture}\nand should be\n{course.After}\nor{(scenario.Owed ? " nothing else" : "")}\n{course.Before}"
        );
        scenario.Demand(host, xend);
        return picture;
    }

    /// <summary>Says which point it was.</summary>
    private static async Task TryAsync(string point, Func<Task> attempt)
    {
        try
        {
            await attempt().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception error)
        {
            throw new Xunit.Sdk.XunitException($"{point}: {error}");
        }
    }
}
