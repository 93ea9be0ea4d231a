using Xend.Domains;
using Xend.Tests.Operations.Migration;
using Xunit.Abstractions;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>The daemon's death before and after every step of every operation.</summary>
public sealed class DeathSweepTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scenarios => [.. OperationScenario.All.Select(scenario => scenario.Name)];

    [Fact]
    public void Every_operation_is_swept() =>
        Assert.Empty(
            OperationKind.Planned.Except(OperationScenario.All.Select(scenario => scenario.Kind).Concat(MigrationSweepTests.Kinds))
        );

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
}
