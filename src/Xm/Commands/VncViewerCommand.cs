using Xm.CommandLine;

namespace Xm.Commands;

/// <summary><c>xm vncviewer</c></summary>
internal sealed class VncViewerCommand : Command
{
    public override int Run(CommandCall call)
    {
        var (options, domains) = call.Options("", "autopass", "vncviewer-autopass");
        if (domains.Count != 1)
        {
            throw new UsageError("No domain given (or several parameters specified)");
        }
        using var viewer = new VncViewer(call).Start(call.Xend, domains[0], givePassword: options.Count > 0);
        return viewer.Wait();
    }
}
