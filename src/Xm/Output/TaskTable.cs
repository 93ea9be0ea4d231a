using Sxp;

namespace Xm.Output;

/// <summary>The table of <c>xm tasks</c>.</summary>
internal static class TaskTable
{
    public static string Header => Line("ID", "Domain", "Operation", "State", "Since(s)", "Asked by", "Step");

    public static string Row(SList task) =>
        Line(
                Text(task, "id"),
                Text(task, "domain"),
                Text(task, "operation"),
                Text(task, "state"),
                Text(task, "seconds"),
                Text(task, "requester"),
                Text(task, "step")
            )
            .TrimEnd();

    private static string Text(SList task, string key) => task.Value(key).AsText() ?? "";

    private static string Line(string id, string domain, string operation, string state, string seconds, string requester, string step) =>
        $"{PythonText.Right(id, 4)} {PythonText.Left(domain, 20)} {PythonText.Left(operation, 10)} {PythonText.Left(state, 7)} "
        + $"{PythonText.Right(seconds, 8)} {PythonText.Left(requester, 18)} {step}";
}

/// <summary>The lines of <c>xm audit</c>.</summary>
internal static class AuditText
{
    /// <summary><c>loop /dev/loop3: has /images/a.img, for ... [fixed]</c></summary>
    public static string Line(SList finding)
    {
        var end =
            IsFixed(finding) ? "fixed"
            : Text(finding, "failure") is { Length: > 0 } failure ? $"could not be fixed: {failure}"
            : Text(finding, "remedy") is { Length: > 0 } remedy ? $"--fix {remedy}"
            : "only you can decide";
        return $"{Text(finding, "kind")} {Text(finding, "object")}: {Text(finding, "what")} [{end}]";
    }

    public static bool IsFixed(SList finding) => finding.Value("fixed").AsInt() == 1;

    private static string Text(SList finding, string key) => finding.Value(key).AsText() ?? "";
}
