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
}
