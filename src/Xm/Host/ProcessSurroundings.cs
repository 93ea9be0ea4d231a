using System.Runtime.InteropServices;
using Linux.Interop;
using Xm.Connection;
using Xm.Output;

namespace Xm.Host;

/// <summary>The world of the real process. What of it is missing or out of order is an error where it is used, not here.</summary>
internal static class ProcessSurroundings
{
    /// <param name="arguments">The words of the command line.</param>
    /// <param name="descriptors">Where output and errors go.</param>
    public static Surroundings Create(IReadOnlyList<string> arguments, StandardDescriptors descriptors) =>
        new()
        {
            Out = new TextSink(() => Open(descriptors, 1)),
            Errors = new TextSink(() => Open(descriptors, 2)),
            Arguments = arguments,
            Variable = Environment.GetEnvironmentVariable,
            WorkingDirectory = WorkingDirectory(),
            IsRoot = Environment.IsPrivilegedProcess,
            Time = TimeProvider.System,
            Pause = Thread.Sleep,
            OutIsTerminal = !Console.IsOutputRedirected,
            Foreground = new Foreground(),
            OnInterrupt = OnInterrupt,
            Connect = static address => new XendConnection(address),
        };

    /// <exception cref="IOException">The caller had closed it (EBADF).</exception>
    private static Stream Open(StandardDescriptors descriptors, int descriptor) =>
        descriptors.WasClosed(descriptor) ? throw new IOException("closed", Errno.BadDescriptor)
        : descriptor == 1 ? StandardStream.Output()
        : StandardStream.Errors();

    /// <summary>Who presses it again wants xm to go, whatever becomes of what it asked for.</summary>
    private static PosixSignalRegistration OnInterrupt(Action act)
    {
        var isFirst = true;
        return PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = isFirst;
            if (isFirst)
            {
                isFirst = false;
                act();
            }
        });
    }

    private static string? WorkingDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // getcwd(2): it has been removed, or a directory above it cannot be read.
            return null;
        }
    }
}
