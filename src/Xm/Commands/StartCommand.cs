using Xm.CommandLine;
using Xm.Connection;

namespace Xm.Commands;

/// <summary><c>xm start</c>: a domain that xend keeps.</summary>
internal sealed class StartCommand : Command
{
    public override int Run(CommandCall call)
    {
        var (options, domains) = call.Options("pc", "paused", "console_autoconnect", "vncviewer", "vncviewer-autopass");
        var isPaused = options.Any(option => option.Key is "-p" or "--paused");
        if (domains.Count != 1)
        {
            throw new UsageError("Expects 1 argument");
        }
        var (isShown, hasPassword) = (
            options.Any(option => option.Key == "--vncviewer"),
            options.Any(option => option.Key == "--vncviewer-autopass")
        );
        if (options.Any(option => option.Key is "-c" or "--console_autoconnect"))
        {
            return StartWithConsole(call, domains[0], isPaused, Show);
        }
        call.Xend.Call("xend.domain.start", domains[0], isPaused);
        Show();
        return 0;

        void Show()
        {
            if (isShown || hasPassword)
            {
                new VncViewer(call).Start(call.Xend, domains[0], hasPassword, outlives: true).Dispose();
            }
        }
    }

    /// <summary>The guest does not run before somebody listens, so that its first line is seen.</summary>
    private static int StartWithConsole(CommandCall call, string domain, bool isPaused, Action show)
    {
        call.Xend.Call("xend.domain.start", domain, true);
        try
        {
            // Before xenconsole has the terminal.
            show();
        }
        catch (Exception error) when (error is CommandError or XendFault)
        {
            // The guest is to run all the same.
            call.Errors.WriteLine($"Error: {error.Message}");
        }
        using var console = ConsoleCommand.Open(
            call,
            call.Xend.Domain(domain).Id() ?? throw new XendFault(0, $"Domain '{domain}' is not started"),
            0
        );
        if (!isPaused)
        {
            call.Xend.Call("xend.domain.unpause", domain);
        }
        return console.Wait();
    }
}
