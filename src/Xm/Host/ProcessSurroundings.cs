using Xm.Connection;
using Xm.Output;

namespace Xm.Host;

/// <summary>The world of the real process.</summary>
internal static class ProcessSurroundings
{
    /// <param name="arguments">The words of the command line.</param>
    public static Surroundings Create(IReadOnlyList<string> arguments) =>
        new()
        {
            Out = new TextSink(StandardStream.Output),
            Errors = new TextSink(StandardStream.Errors),
            Arguments = arguments,
            Variable = Environment.GetEnvironmentVariable,
            WorkingDirectory = Environment.CurrentDirectory,
            IsRoot = Environment.IsPrivilegedProcess,
            Time = TimeProvider.System,
            Pause = Thread.Sleep,
            OutIsTerminal = !Console.IsOutputRedirected,
            Foreground = new Foreground(),
            Connect = static address => new XendConnection(address),
        };
}
