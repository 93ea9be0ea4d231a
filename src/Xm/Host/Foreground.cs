using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Xm.CommandLine;

namespace Xm.Host;

/// <summary>Runs the program as a child that inherits the terminal, and ends with xm.</summary>
/// <remarks>
/// <para>Old xm replaced itself by the program, so that whatever ended xm ended the program. Here xm has work left when it ends: the
/// console of a restarted guest, and the terminal's modes, which are put back even where the program was killed in raw mode. So every
/// signal that tells xm to end ends the program first, and where xm has no say in its end (SIGKILL), the kernel sends the program SIGTERM
/// (PR_SET_PDEATHSIG, by way of setpriv from util-linux: .NET cannot ask for it). The kernel goes by the thread that started the program,
/// so that one is to wait for it as well.</para>
/// <para>Ctrl-C at a console is no signal: there the terminal is in raw mode, and the guest gets the byte.</para>
/// </remarks>
internal sealed class Foreground : IForeground
{
    /// <summary>Part of util-linux, which every system has that Debian calls one.</summary>
    private const string Setpriv = "/usr/bin/setpriv";

    public IForegroundProgram Start(string program, IReadOnlyList<string> arguments, string? input = null, bool outlives = false)
    {
        if (Refusal(program) is { } reason)
        {
            throw new CommandError($"Cannot run {program}: {reason}.");
        }
        var modes = TerminalModes.Save();
        Running? running = null;
        PosixSignalRegistration[] signals = outlives
            ? []
            :
            [
                PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 2)),
                PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => Stop(context, 3)),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 15)),
                PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, 1)),
            ];
        try
        {
            var start =
                outlives || !File.Exists(Setpriv)
                    ? new ProcessStartInfo(program, arguments)
                    : new ProcessStartInfo(Setpriv, ["--pdeathsig", "TERM", "--", program, .. arguments]);
            start.UseShellExecute = false;
            start.RedirectStandardInput = input is not null;
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
            var cause = error is Win32Exception failure ? Errno.Text(failure.NativeErrorCode) : Errno.Text(Errno.NoEntry);
            throw new CommandError($"Cannot run {program}: {cause}.");
        }

        void Stop(PosixSignalContext context, int number)
        {
            // Before there is a child, the signal does what it always does.
            if (running is not null)
            {
                context.Cancel = true;
                running.StopFor(number);
            }
        }
    }

    /// <summary>Why the program cannot be run, asked for here because setpriv would say it in its own words; null where it can.</summary>
    private static string? Refusal(string program)
    {
        const UnixFileMode executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return (File.GetUnixFileMode(program) & executable) == 0 || Directory.Exists(program) ? Errno.Text(Errno.NoPermission) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Errno.Text(error);
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
        private volatile int _signal;

        public bool WasStopped { get; private set; }

        public int Wait()
        {
            process.WaitForExit();
            return _signal > 0 ? 128 + _signal : process.ExitCode;
        }

        /// <summary>xm has got that signal and is to end.</summary>
        public void StopFor(int signal)
        {
            _signal = signal;
            Stop();
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
