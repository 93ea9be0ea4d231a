using Sxp;
using Xm.CommandLine;

namespace Xm.Commands;

/// <summary><c>xm dmesg</c></summary>
internal sealed class DmesgCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(0, 1);
        var (options, words) = call.Options("c", "clear");
        if (words.Count > 0)
        {
            throw new UsageError("No parameter required");
        }
        var messages = call.Xend.Call(options.Count > 0 ? "xend.node.dmesg.clear" : "xend.node.dmesg.info");
        call.Out.Write(messages.AsText() ?? "");
        return 0;
    }
}
