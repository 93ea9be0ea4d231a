namespace Xm.Output;

/// <summary>The tables of <c>xm sched-credit</c> and <c>xm sched-credit2</c>.</summary>
internal static class SchedulerTable
{
    public static string Header(bool withCap) =>
        $"{PythonText.Left("Name", 33)} {PythonText.Right("ID", 4)} "
        + $"{PythonText.Right("Weight", 6)}{(withCap ? " " + PythonText.Right("Cap", 4) : "")}";

    public static string Row(string name, string id, long weight, long? cap) =>
        $"{PythonText.Left(name, 32)} {PythonText.Right(id, 5)} "
        + $"{PythonText.Right(weight, 6)}{(cap is { } percent ? " " + PythonText.Right(percent, 4) : "")}";
}
