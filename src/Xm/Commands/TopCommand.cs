using Xm.CommandLine;
using Xm.Host;

namespace Xm.Commands;

/// <summary><c>xm top</c>, which is the program xentop.</summary>
internal sealed class TopCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(0);
        var program = new XenTools(call.Surroundings).Find("xentop")
            ?? throw new CommandError("Cannot find xentop, which comes with Xen (Debian: package xen-utils).");
        using var top = call.Surroundings.Foreground.Start(program, []);
        return top.Wait();
    }
}
