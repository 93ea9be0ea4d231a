using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Xm.CommandLine;

namespace Xm.Host;

/// <summary>Runs the program as a child that inherits the terminal.</summary>
/// <remarks>
/// xm used to replace itself by the program. A child comes to the same as long as xm stays out of its way: the keys that send signals
/// (Ctrl-C, Ctrl-\) are the child's alone, and the terminal's modes are put back even where the child was killed in raw mode. Where xm
/// is told to end, the child ends first.
/// </remarks>
internal sealed class Foreground : IForeground
{
    public IForegroundProgram Start(string program, IReadOnlyList<string> arguments) => Run(program, arguments, null);

    public IForegroundProgram Start(string program, IReadOnlyList<string> arguments, string input) => Run(program, arguments, input);

    private static Running Run(string program, IReadOnlyList<string> arguments, string? input)
    {
        var modes = TerminalModes.Save();
        Running? running = null;
        PosixSignalRegistration[] signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, static context => context.Cancel = true),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop),
        ];
        try
        {
            var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = input is not null };
            var process = Process.Start(start)!;
            if (input is not null)
            {
                Feed(process, input);
            }
            return running = new Running(process, modes, signals);
        }
        catch (Exception error) when (error is Win32Exception or FileNotFoundException)
        {
            foreach (var signal in signals)
            {
                signal.Dispose();
            }
            var reason = error is Win32Exception failure ? Errno.Text(failure.NativeErrorCode) : Errno.Text(Errno.NoEntry);
            throw new CommandError($"Cannot run {program}: {reason}.");
        }

        void Stop(PosixSignalContext context)
        {
            if (running is not null)
            {
                context.Cancel = true;
                running.Stop();
            }
        }
    }

    private static void Feed(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already, which its status tells.
        }
    }

    private sealed class Running(Process process, TerminalModes? modes, PosixSignalRegistration[] signals) : IForegroundProgram
    {
        public bool WasStopped { get; private set; }

        public int Wait()
        {
            process.WaitForExit();
            return process.ExitCode;
        }

        public void Stop()
        {
            WasStopped = true;
            try
            {
                process.Kill();
                process.WaitForExit();
            }
            catch (InvalidOperationException)
            {
                // It has ended already, and its end has been seen.
            }
        }

        public void Dispose()
        {
            process.Dispose();
            modes?.Restore();
            foreach (var signal in signals)
            {
                signal.Dispose();
            }
        }
    }
}
