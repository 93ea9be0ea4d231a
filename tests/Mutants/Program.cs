using System.Diagnostics;
using Xend.Tests.Operations.Sweeps;

// mutants [STEP...]: leaves out the undo of one step after another, of all or of those named, and says which sweep sees it. The last line
// has the number; the exit status is 1 where a loss was seen by none.

// Most of a mutant's time is waiting for what does not come.
const int SideBySide = 4;
var limit = TimeSpan.FromMinutes(4);

var clock = Stopwatch.StartNew();
var mutants = UndoMutant.All.Where(mutant => args.Length == 0 || args.Contains(mutant.Name)).ToList();
if (args.Except(mutants.Select(mutant => mutant.Name)).FirstOrDefault() is { } unknown)
{
    await Console.Error.WriteLineAsync($"mutants: no step {unknown} has an undo");
    return 1;
}

// Without any loss first. An operation that fails by itself ends the run here.
var courses = new List<OperationCourse>();
foreach (var scenario in OperationScenario.All)
{
    courses.Add(await OperationCourse.ObserveAsync(scenario));
}

var survivors = new List<string>();
await Parallel.ForEachAsync(mutants, new ParallelOptions { MaxDegreeOfParallelism = SideBySide }, async (mutant, _) =>
{
    using var patience = new CancellationTokenSource(limit);
    string? red;
    try
    {
        red = await mutant.FindRedAsync(courses, patience.Token);
    }
    catch (OperationCanceledException)
    {
        red = null;
        Console.WriteLine($"{mutant.Name}: no red in {limit.TotalMinutes} minutes, and not all was tried");
    }
    if (red is null)
    {
        lock (survivors)
        {
            survivors.Add(mutant.Name);
        }
        Console.WriteLine($"SURVIVES {mutant.Name}, {courses.Count(course => course.Steps.Any(mutant.Is))} operations have it");
    }
    else
    {
        Console.WriteLine($"missed   {mutant.Name}: {red.Split(": failed")[0]}");
    }
});

foreach (var name in survivors.Order(StringComparer.Ordinal))
{
    Console.WriteLine($"survivor: {name}");
}
Console.WriteLine($"{mutants.Count - survivors.Count} of {mutants.Count} undos missed when deleted ({clock.Elapsed.TotalSeconds:0} s)");
return survivors.Count == 0 ? 0 : 1;
