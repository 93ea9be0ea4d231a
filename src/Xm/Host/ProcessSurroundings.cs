using Xm.Connection;
using Xm.Output;

namespace Xm.Host;

/// <summary>The world of the real process.</summary>
internal static class ProcessSurroundings
{
    public static Surroundings Create() =>
        new()
        {
            Out = new TextSink(StandardStream.Output),
            Errors = new TextSink(StandardStream.Errors),
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
