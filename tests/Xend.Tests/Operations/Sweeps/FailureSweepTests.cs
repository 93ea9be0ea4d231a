using Xunit.Abstractions;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>A failure before and after every step of every operation.</summary>
public sealed class FailureSweepTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scenarios => DeathSweepTests.Scenarios;

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
