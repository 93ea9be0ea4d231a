using System.ComponentModel;
using System.Diagnostics;

namespace Xm.Host;

/// <summary>The modes of xm's terminal as <c>stty -g</c> prints them.</summary>
internal sealed class TerminalModes
{
    /// <summary>By its path: PATH may be missing, and the runtime's own search needs a working directory.</summary>
    private const string Program = "/bin/stty";

    private readonly string _saved;

    private TerminalModes(string saved) => _saved = saved;

    /// <summary>The modes now, or null where stdin is no terminal (or there is no stty to ask).</summary>
    public static TerminalModes? Save()
    {
        if (Console.IsInputRedirected)
        {
            return null;
        }
        var saved = Stty("-g");
        return saved is { Length: > 0 } ? new TerminalModes(saved) : null;
    }

    public void Restore() => Stty(_saved);

    /// <summary>stty acts on its standard input, which is ours. Returns what it printed, or null where it could not do it.</summary>
    private static string? Stty(string argument)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(Program, [argument])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var printed = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? printed : null;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            // A system without stty: the program is trusted to put the modes back itself.
            return null;
        }
    }
}
