using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>What an operation is without faults.</summary>
/// <param name="Scenario">The operation.</param>
/// <param name="Before">The picture before it.</param>
/// <param name="After">The picture after it.</param>
/// <param name="Steps">The steps that ran, in order.</param>
internal sealed record OperationCourse(OperationScenario Scenario, SweepPicture Before, SweepPicture After, IReadOnlyList<string> Steps)
{
    public static async Task<OperationCourse> ObserveAsync(OperationScenario scenario)
    {
        var steps = new StepRecorder();
        await using var host = await SweepHost.StartAsync();
        await using var xend = await host.PrepareAsync(scenario, steps);
        var before = await host.StillPictureAsync(xend);
        steps.Begin(scenario.Kind.Name);
        await scenario.Act(host.Host, xend.Toolstack);
        await Eventually.TrueAsync(() => scenario.IsDone(xend.Toolstack));
        var after = await host.StillPictureAsync(xend);
        // What clears the host away afterwards is none of it.
        string[] seen = [.. steps.Seen];
        await host.AssertNothingStaysBehindAsync(xend.Toolstack);
        return new OperationCourse(scenario, before, after, seen);
    }

    public IEnumerable<(string Step, StepMoment When)> Points =>
        Steps.SelectMany(step => new[] { (step, StepMoment.Before), (step, StepMoment.After) });

    private sealed class StepRecorder : IStepFaults
    {
        private string? _operation;

        public List<string> Seen { get; } = [];

        public void Begin(string operation) => _operation = operation;

        public Task StrikeAsync(string operation, string step, StepMoment moment)
        {
            lock (Seen)
            {
                if (operation.Split(' ')[0] == _operation && moment == StepMoment.Before)
                {
                    Seen.Add(step);
                }
            }
            return Task.CompletedTask;
        }
    }
}
