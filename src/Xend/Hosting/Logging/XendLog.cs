using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Xend.Hosting.Logging;

/// <summary>The daemon's log: xend.log, and stderr where a person watches.</summary>
public sealed class XendLog : IDisposable
{
    private readonly LoggingLevelSwitch _level;
    private readonly RotatingLogFile _file;
    private readonly Logger _logger;

    private XendLog(LoggingLevelSwitch level, RotatingLogFile file, Logger logger)
    {
        _level = level;
        _file = file;
        _logger = logger;
    }

    public ILogger Logger => _logger;

    /// <summary>Opens the log. A file that cannot be written is no error; <paramref name="complain"/> gets a sentence about it.</summary>
    public static XendLog Open(XendOptions options, bool toStderr, Action<string> complain)
    {
        var level = new LoggingLevelSwitch(LevelOf(options));
        var formatter = new XendLogFormatter(Environment.ProcessId);
        var file = new RotatingLogFile(options.LogFile, formatter, TimeProvider.System);
        if (!file.TryOpen())
        {
            complain($"The log {options.LogFile} cannot be written; going on without it.");
        }
        var configuration = new LoggerConfiguration().MinimumLevel.ControlledBy(level).WriteTo.Sink(file);
        if (toStderr)
        {
            configuration = configuration.WriteTo.Console(formatter, standardErrorFromLevel: LogEventLevel.Verbose);
        }
        return new XendLog(level, file, configuration.CreateLogger());
    }

    /// <summary>Takes a new configuration over: the level, and the file, which is opened anew in any case.</summary>
    public void Apply(XendOptions options)
    {
        _level.MinimumLevel = LevelOf(options);
        _file.Reopen(options.LogFile);
    }

    /// <summary>A logger whose lines name the part of the daemon: <c>(XmlRpcServer)</c>.</summary>
    public static ILogger For(ILogger log, string module) => log.ForContext(Constants.SourceContextPropertyName, module);

    public void Dispose() => _logger.Dispose();

    private static LogEventLevel LevelOf(XendOptions options) => LogLevels.TryParse(options.LogLevel) ?? LogEventLevel.Debug;
}
