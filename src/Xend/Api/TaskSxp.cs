using Sxp;
using Xend.Operations;
using Xend.Requests;

namespace Xend.Api;

/// <summary>
/// The answer of <c>xend.task.list</c>: <c>((task (id 7) (domain linux) (operation create) (state running) ...) ...)</c>.
/// </summary>
internal static class TaskSxp
{
    public static SList Describe(IReadOnlyList<TaskView> tasks) =>
        new(
            tasks.Select(
                SValue (task) =>
                    SList.Of(
                        "task",
                        SList.Of("id", task.Id),
                        SList.Of("domain", task.Domain),
                        SList.Of("operation", task.Operation),
                        SList.Of("state", task.Runs ? "running" : "waiting"),
                        SList.Of("step", task.Step ?? ""),
                        SList.Of("seconds", task.Seconds),
                        SList.Of("requester", task.Requester),
                        SList.Of("cancellable", task.CanBeCancelled ? 1 : 0)
                    )
            )
        );

    /// <summary>
    /// The answer of <c>xend.task.ended</c>: <c>((task (id 7) (domain linux) (operation create) (state failed) (error '...') ...) ...)</c>;
    /// times in seconds, since 1970 and since it began.
    /// </summary>
    public static SList Describe(IReadOnlyList<EndedTaskView> tasks) =>
        new(
            tasks.Select(
                SValue (task) =>
                    SList.Of(
                        "task",
                        SList.Of("id", task.Id),
                        SList.Of("domain", task.Domain),
                        SList.Of("uuid", task.Uuid.ToString("D")),
                        SList.Of("operation", task.Operation),
                        SList.Of("state", StateOf(task)),
                        SList.Of("why", task.Why ?? ""),
                        SList.Of("error", task.Failure?.Text ?? ""),
                        SList.Of("ended", task.Ended.ToUnixTimeMilliseconds() / 1000.0),
                        SList.Of("seconds", task.Duration.TotalSeconds),
                        SList.Of("requester", task.Requester)
                    )
            )
        );

    private static string StateOf(EndedTaskView task) =>
        task.Failure switch
        {
            null => "done",
            { Code: ErrorCode.Cancelled } => "cancelled",
            _ => "failed",
        };
}
