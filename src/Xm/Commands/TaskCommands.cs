using Sxp;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm tasks</c>: what xend is doing, for whom, and since when.</summary>
internal sealed class TasksCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(0);
        var tasks = call.Xend.Call("xend.task.list") as SList ?? SList.Empty;
        call.Out.WriteLine(TaskTable.Header);
        foreach (var task in tasks.Items.OfType<SList>())
        {
            call.Out.WriteLine(TaskTable.Row(task));
        }
        return 0;
    }
}

/// <summary><c>xm cancel</c>: gives an operation up and waits until it is undone.</summary>
internal sealed class CancelCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Out.WriteLine(call.Xend.Call("xend.task.cancel", call.Word).AsText() ?? "");
        return 0;
    }
}

/// <summary>
/// <c>xm audit</c>: what is on the host and should not be. The exit status is 1 where something is left that should not be.
/// </summary>
internal sealed class AuditCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(0, 1);
        var (options, words) = call.Options("", "fix");
        if (words.Count > 0)
        {
            throw new CommandLine.UsageError("No parameter required");
        }
        var findings = call.Xend.Call("xend.node.audit", options.Count > 0 ? 1 : 0) as SList ?? SList.Empty;
        var left = 0;
        foreach (var finding in findings.Items.OfType<SList>())
        {
            call.Out.WriteLine(AuditText.Line(finding));
            left += AuditText.IsFixed(finding) ? 0 : 1;
        }
        if (findings.Count == 0)
        {
            call.Out.WriteLine("Everything is as it should be.");
        }
        return left == 0 ? 0 : 1;
    }
}
