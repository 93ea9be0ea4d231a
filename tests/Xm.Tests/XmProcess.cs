using System.Diagnostics;

namespace Xm.Tests;

/// <summary>The real program as a process, started by a shell that first takes something away from it.</summary>
internal static class XmProcess
{
    /// <summary>A socket that nobody listens on.</summary>
    public const string DeadSocket = "httpu:///nonexistent/xmlrpc.sock";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "xm");

    /// <summary>Runs a script of sh, in which <c>$XM</c> is the program.</summary>
    public static Outcome Shell(string script, string server = DeadSocket)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XM"] = Path;
        start.Environment["XM_SERVER"] = server;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} did not end within {Limit}.");
        }
        return new Outcome(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
