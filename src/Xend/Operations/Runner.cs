using XenStore;

namespace Xend.Operations;

/// <summary>
/// Takes the steps of a plan in order. Where one fails, those that were begun are undone in reverse, and the host is as it was.
/// </summary>
/// <param name="faults">Called before and after each step; null outside of tests. What it throws counts as the step's failure.</param>
public class Runner(TimeProvider clock, IStepFaults? faults = null)
{
    /// <summary>Runs a plan to its end, or undoes it and throws a <see cref="XendError"/> that names the step.</summary>
    /// <param name="title">The operation and its object for logs and errors: "create linux".</param>
    public async Task RunAsync(string title, IReadOnlyList<Step> plan, OperationContext context, CancellationToken cancellation)
    {
        var begun = new Stack<Step>();
        var start = clock.GetTimestamp();
        var count = XenStoreRequestCount.Begin();
        try
        {
            foreach (var group in InGroups(plan))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var step in group)
                {
                    begun.Push(step);
                    context.Journal.StepStarts(step.Name);
                }
                context.ShowSteps(string.Join(", ", group));
                await RunGroupAsync(title, group, context, cancellation).ConfigureAwait(false);
            }
            OperationLog.Ended(context.Log, title, clock.GetElapsedTime(start), count.Requests);
        }
        catch (Exception error)
        {
            var explained = Failure.Explain(error, title);
            OperationLog.Failed(context.Log, explained, title);
            await UndoAllAsync(title, begun, context).ConfigureAwait(false);
            throw explained;
        }
    }

    /// <summary>
    /// Side by side where there is more than one. All end before the first failure is thrown, so that undoing meets nothing that still
    /// runs.
    /// </summary>
    private async Task RunGroupAsync(string title, IReadOnlyList<Step> group, OperationContext context, CancellationToken cancellation)
    {
        if (group.Count == 1)
        {
            await RunStepAsync(title, group[0], context, cancellation).ConfigureAwait(false);
            return;
        }
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        XendError? first = null;
        await Task.WhenAll(
                group.Select(step =>
                    Task.Run(
                        async () =>
                        {
                            try
                            {
                                await RunStepAsync(title, step, context, others.Token).ConfigureAwait(false);
                            }
                            catch (XendError error)
                            {
                                if (Interlocked.CompareExchange(ref first, error, null) is null)
                                {
                                    await others.CancelAsync().ConfigureAwait(false);
                                }
                            }
                        },
                        CancellationToken.None
                    )
                )
            )
            .ConfigureAwait(false);
        if (first is not null)
        {
            throw first;
        }
    }

    private async Task RunStepAsync(string title, Step step, OperationContext context, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        try
        {
            await StrikeAsync(title, step, StepMoment.Before).ConfigureAwait(false);
            await step.DoAsync(context, cancellation).ConfigureAwait(false);
            await StrikeAsync(title, step, StepMoment.After).ConfigureAwait(false);
            OperationLog.StepDone(context.Log, title, step.Name, clock.GetElapsedTime(start));
        }
        catch (Exception error) when (step.Required)
        {
            throw Failure.Explain(error, title).At($"{title}, step {step.Name}");
        }
        catch (Exception error)
        {
            OperationLog.StepPassedOver(context.Log, Failure.Explain(error, title), title, step.Name);
            // One that was given up is not tried again: who gave it up sees to the rest.
            if (step.OwedStill && !cancellation.IsCancellationRequested)
            {
                await TryOnceMoreAsync(title, step, context, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What is passed over may stay behind for good, so it has a second chance, and the daemon's next start is a third.</summary>
    private static async Task TryOnceMoreAsync(string title, Step step, OperationContext context, CancellationToken cancellation)
    {
        try
        {
            await step.DoAsync(context, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            OperationLog.StepPassedOver(context.Log, Failure.Explain(error, title), title, step.Name);
            context.Journal.KeepForNextStart();
        }
    }

    private Task StrikeAsync(string title, Step step, StepMoment moment) =>
        faults?.StrikeAsync(title, step.Name, moment) ?? Task.CompletedTask;

    /// <summary>Takes one step back.</summary>
    protected virtual Task UndoAsync(Step step, OperationContext context) => step.UndoAsync(context);

    private async Task UndoAllAsync(string title, Stack<Step> begun, OperationContext context)
    {
        while (begun.TryPop(out var step))
        {
            try
            {
                await UndoAsync(step, context).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // The rest must be undone all the same; what stays behind is said, and the next start of the daemon tries again.
                OperationLog.UndoFailed(context.Log, error, title, step.Name);
                context.Journal.KeepForNextStart();
            }
        }
    }

    private static IEnumerable<IReadOnlyList<Step>> InGroups(IReadOnlyList<Step> plan)
    {
        for (var first = 0; first < plan.Count; )
        {
            var end = first + 1;
            while (plan[first].Group is { } group && end < plan.Count && plan[end].Group == group)
            {
                end++;
            }
            yield return [.. plan.Skip(first).Take(end - first)];
            first = end;
        }
    }
}

/// <summary>Where tests make a step fail or stop the daemon.</summary>
public interface IStepFaults
{
    /// <summary>What it throws counts as the step's failure; a task that never ends stops the operation there.</summary>
    Task StrikeAsync(string operation, string step, StepMoment moment);
}

/// <summary>When, seen from a step.</summary>
public enum StepMoment
{
    Before,
    After,
}
