using Sxp;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm domstate</c></summary>
internal sealed class DomstateCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        var (_, names) = call.Options("s", "domname=");
        var answer = call.Xend.Domains(names).FirstOrDefault() ?? SList.Empty;
        var word = Word(call, DomainRow.Of(answer).State);
        if (word.Length > 0)
        {
            call.Out.WriteLine(word);
        }
        return 0;
    }

    /// <summary>
    /// The first letter that is set decides, in this order; a domain that could run but does not at this moment has no word.
    /// </summary>
    private static string Word(CommandCall call, string state)
    {
        foreach (var letter in "sbdrcp")
        {
            if (!state.Contains(letter))
            {
                continue;
            }
            return letter switch
            {
                's' => "shutoff",
                'b' => "idle",
                'd' => "shutdown",
                'r' => "running",
                'c' => "crashed",
                _ => call.Xend.Call("xend.domain.getpauseflag", call.Word).AsFlag() == true ? "paused by admin" : "paused",
            };
        }
        return state.Length == 0 ? "shutoff" : "";
    }
}
