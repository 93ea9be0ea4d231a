using System.Globalization;

namespace Xm.Commands;

/// <summary><c>xm domid</c>: a domain that does not run has the id None.</summary>
internal sealed class DomidCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1);
        call.Out.WriteLine(call.Xend.Domain(call.Word).Id()?.ToString(CultureInfo.InvariantCulture) ?? "None");
        return 0;
    }
}
