using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>The program without the undo of one step. The sweeps have to see it: what nothing sees could as well be deleted.</summary>
/// <param name="step">The step's type.</param>
internal sealed partial class UndoMutant(Type step)
{
    /// <summary>One for every step that has an undo.</summary>
    public static IReadOnlyList<UndoMutant> All { get; } =
    [
        .. typeof(Step)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Step)) && !type.IsAbstract)
            .Where(type => type.GetMethod(nameof(Step.UndoAsync))!.DeclaringType != typeof(Step))
            .Select(type => new UndoMutant(type))
            .OrderBy(mutant => mutant.Name, StringComparer.Ordinal),
    ];

    /// <summary>The step's name; that of its type where it is named by the device that it is made with: <c>add-device</c>.</summary>
    public string Name { get; } =
        ((Step)RuntimeHelpers.GetUninitializedObject(step)).Name is { Length: > 0 } name
            ? name
            : Capital().Replace(step.Name, letter => (letter.Index == 0 ? "" : "-") + letter.Value.ToLowerInvariant());

    /// <summary>How long a point may take until it counts as red. Short, for most that are red are so because nothing happens.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Goes through the points at which the step is undone, to the first one that is red with this mutant and green without it. Returns
    /// what it says, or null where there is none.
    /// </summary>
    /// <param name="courses">The operations that are tried.</param>
    /// <param name="cancellation">Ends the search before its next point.</param>
    public async Task<string?> FindRedAsync(IEnumerable<OperationCourse> courses, CancellationToken cancellation)
    {
        foreach (var course in courses.OrderBy(course => course.Steps.Count))
        {
            // Before the step has begun nothing of it is undone.
            foreach (var (name, when) in course.Points.SkipWhile(point => !(Is(point.Step) && point.When == StepMoment.After)))
            {
                cancellation.ThrowIfCancellationRequested();
                var patience = course.Scenario.Patience ?? Patience;
                var red = await TryAsync(new SweepPoint(course, name, when) { LostUndo = step, Patience = patience });
                if (red is not null && await TryAsync(new SweepPoint(course, name, when) { Patience = patience }) is null)
                {
                    return red;
                }
            }
        }
        return null;
    }

    /// <summary>Whether a step of an operation is of this kind: <c>add-vbd-51728</c> is an <c>add-device</c>.</summary>
    public bool Is(string step) =>
        step == Name
        || (
            Name.EndsWith("-device", StringComparison.Ordinal)
            && OfDevice().Match(step) is { Success: true } match
            && Name == match.Groups[1].Value + "-device"
        );

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();

    [GeneratedRegex("^([a-z]+)-[a-z0-9]+-[0-9]+$")]
    private static partial Regex OfDevice();

    private static async Task<string?> TryAsync(SweepPoint point)
    {
        try
        {
            await point.FailAsync();
            return null;
        }
        catch (Xunit.Sdk.XunitException red)
        {
            return red.Message;
        }
    }
}
