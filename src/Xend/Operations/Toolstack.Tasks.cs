using System.Globalization;
using Xend.Domains;
using Xend.Requests;

namespace Xend.Operations;

/// <content>Operations under way.</content>
public sealed partial class Toolstack
{
    /// <summary>How long a cancelled operation is waited for, until its client is told that it is still being undone.</summary>
    private static readonly TimeSpan UndoLimit = TimeSpan.FromSeconds(30);

    public IReadOnlyList<TaskView> ListTasks()
    {
        var now = _rooms.Host.Clock.GetUtcNow();
        return
        [
            .. _queues.Tasks.Select(task => new TaskView(
                task.Id,
                _rooms.Domains.Find(task.Domain)?.Name ?? task.DomainName,
                task.Kind.Name,
                StepOf(task),
                task.Runs,
                Math.Max(0, (int)(now - task.Since).TotalSeconds),
                task.Requester.ToString(),
                task.CanBeCancelled
            )),
        ];
    }

    public IReadOnlyList<EndedTaskView> ListEndedTasks() =>
        [
            .. _queues.Ended.Select(ended => new EndedTaskView(
                ended.Task.Id,
                ended.Task.DomainName,
                ended.Task.Domain,
                ended.Task.Kind.Name,
                ended.Task.Requester.ToString(),
                ended.Ended,
                ended.Ended - ended.Task.Since,
                ended.Task.Why,
                ended.Failure
            )),
        ];

    public async Task<string> CancelTaskAsync(string reference, Requester requester, CancellationToken cancellation)
    {
        var task = FindTask(reference);
        var step = StepOf(task);
        if (!task.CanBeCancelled)
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"{task.Kind} of {task.DomainName} cannot be cancelled",
                $"It has begun ({task.Describe(_rooms.Host.Clock.GetUtcNow())}{(step is null ? "" : $", step {step}")}), and what it "
                    + $"took away cannot be put back.",
                task.Kind.Leftover == Leftover.Recreate
                    ? $"xm destroy {task.DomainName} ends the domain for good."
                    : "Each of its steps has a limit: it will end by itself."
            );
        }
        OperationLog.CancelAsked(_rooms.Log, task.Kind, task.DomainName, requester);
        task.Cancel(requester);
        try
        {
            await task.Ended.Task.WaitAsync(UndoLimit, _rooms.Host.Clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new XendError(
                ErrorCode.Timeout,
                $"{task.Kind} of {task.DomainName} is cancelled, but not undone yet after {UndoLimit.TotalSeconds:0} s",
                StepOf(task) is { } stuck ? $"It is at step {stuck}." : null,
                "xm tasks lists it until it has ended."
            );
        }
        return task.Runs
            ? $"{task.Kind} of {task.DomainName} was cancelled{(step is null ? "" : $" at step {step}")}"
            : $"{task.Kind} of {task.DomainName} was cancelled before it began";
    }

    /// <summary>A task by its number or, where that names none, the one that runs on a domain.</summary>
    private OperationTask FindTask(string reference)
    {
        var tasks = _queues.Tasks;
        if (
            int.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && tasks.FirstOrDefault(task => task.Id == id) is { } numbered
        )
        {
            return numbered;
        }
        var domain = _rooms.Domains.Resolve(reference)?.Uuid;
        return tasks.FirstOrDefault(task => task.Runs && (task.Domain == domain || task.DomainName == reference))
            ?? throw (
                domain is null
                    ? new XendError(
                        ErrorCode.InvalidRequest,
                        $"There is no task {DomainConfigReader.Printable(reference)}",
                        hint: "xm tasks lists those that there are."
                    )
                    : new XendError(ErrorCode.InvalidRequest, $"Nothing is under way on domain {DomainConfigReader.Printable(reference)}")
            );
    }

    private string? StepOf(OperationTask task) => task.Runs ? _rooms.Domains.Find(task.Domain)?.Operation?.Step : null;
}
