namespace Xend.Requests;

/// <summary>What is asked of operations under way.</summary>
public interface ITaskRequests
{
    /// <summary>The operations that have not ended, in the order in which they were asked for.</summary>
    IReadOnlyList<TaskView> ListTasks();

    /// <summary>
    /// The latest operations that have ended, and how; the last one last. The daemon remembers so many in its memory only.
    /// </summary>
    IReadOnlyList<EndedTaskView> ListEndedTasks();

    /// <summary>Gives an operation up and returns, when it is undone, a sentence that says so.</summary>
    /// <param name="reference">The task's number, or the domain that it runs on.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="cancellation">Waits no longer; the operation is cancelled all the same.</param>
    Task<string> CancelTaskAsync(string reference, Requester requester, CancellationToken cancellation);
}
