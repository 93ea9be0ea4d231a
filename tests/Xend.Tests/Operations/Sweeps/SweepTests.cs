using Xend.Domains;
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
            await new SweepPoint(course, step, when).KillAsync();
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
            await new SweepPoint(course, step, when).FailAsync();
        }
    }
}
