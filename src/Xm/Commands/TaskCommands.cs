using System.CommandLine;
using Sxp;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm tasks</c>: what xend is doing, for whom, and since when.</summary>
internal sealed class TasksCommand : OwnCommand
{
    protected override IEnumerable<Symbol> Words => [];

    public override int Run(CommandCall call)
    {
        Read(call);
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
internal sealed class CancelCommand : OwnCommand
{
    private readonly Argument<string> _reference = new("Task|Domain");

    protected override IEnumerable<Symbol> Words => [_reference];

    public override int Run(CommandCall call)
    {
        var reference = Read(call).GetRequiredValue(_reference);
        call.Out.WriteLine(call.Xend.Call("xend.task.cancel", reference).AsText() ?? "");
        return 0;
    }
}

/// <summary>
/// <c>xm audit</c>: what is on the host and should not be. The exit status is 1 where something is left that should not be.
/// </summary>
internal sealed class AuditCommand : OwnCommand
{
    private readonly Option<bool> _fix = new("--fix");

    protected override IEnumerable<Symbol> Words => [_fix];

    public override int Run(CommandCall call)
    {
        var fix = Read(call).GetValue(_fix);
        var findings = call.Xend.Call("xend.node.audit", fix ? 1 : 0) as SList ?? SList.Empty;
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
