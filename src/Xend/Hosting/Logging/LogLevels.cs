using Serilog.Events;

namespace Xend.Hosting.Logging;

/// <summary>Python's names of log levels, which the configuration and the log's lines use, and Serilog's.</summary>
internal static class LogLevels
{
    public static LogEventLevel? TryParse(string name) =>
        name.ToUpperInvariant() switch
        {
            "TRACE" or "NOTSET" => LogEventLevel.Verbose,
            "DEBUG" => LogEventLevel.Debug,
            "INFO" => LogEventLevel.Information,
            "WARNING" or "WARN" => LogEventLevel.Warning,
            "ERROR" => LogEventLevel.Error,
            "CRITICAL" or "FATAL" => LogEventLevel.Fatal,
            _ => null,
        };

    public static string Name(LogEventLevel level) =>
        level switch
        {
            LogEventLevel.Verbose => "TRACE",
            LogEventLevel.Debug => "DEBUG",
            LogEventLevel.Information => "INFO",
            LogEventLevel.Warning => "WARNING",
            LogEventLevel.Error => "ERROR",
            _ => "CRITICAL",
        };
}
