using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Xend.Hosting.Logging;

/// <summary>A line of xend.log: <c>[2009-11-20 18:14:03 4711] INFO (Daemon) Xend Daemon started</c>.</summary>
/// <remarks>
/// Old xend's lines, without the line number of a Python module. What a guest can have written may be in a message, so further lines
/// are indented and control characters are shown as <c>\xNN</c>: nothing in it can look like a line of the log's own.
/// </remarks>
internal sealed class XendLogFormatter(int processId) : ITextFormatter
{
    private const string DefaultModule = "xend";

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var text = new StringBuilder(160);
        text.Append(CultureInfo.InvariantCulture, $"[{logEvent.Timestamp:yyyy-MM-dd HH:mm:ss} {processId}] ");
        text.Append(LogLevels.Name(logEvent.Level)).Append(" (").Append(Module(logEvent)).Append(") ");
        AppendLines(text, SecretScrubber.Scrub(Message(logEvent)));
        if (logEvent.Exception is { } exception)
        {
            text.Append("\n    ");
            AppendLines(text, SecretScrubber.Scrub(exception.ToString()));
        }
        output.Write(text.Append('\n').ToString());
    }

    /// <summary>The message with its texts as they are; Serilog itself would put them in quotes.</summary>
    private static string Message(LogEvent logEvent)
    {
        var message = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (
                token is PropertyToken property
                && logEvent.Properties.TryGetValue(property.PropertyName, out var value)
                && value is ScalarValue { Value: string text }
            )
            {
                message.Write(text);
            }
            else
            {
                token.Render(logEvent.Properties, message, CultureInfo.InvariantCulture);
            }
        }
        return message.ToString();
    }

    private static string Module(LogEvent logEvent)
    {
        if (
            logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var value)
            && value is ScalarValue { Value: string name }
        )
        {
            return name[(name.LastIndexOf('.') + 1)..];
        }
        return DefaultModule;
    }

    private static void AppendLines(StringBuilder text, string message)
    {
        foreach (var character in message.AsSpan().TrimEnd('\n'))
        {
            switch (character)
            {
                case '\n':
                    text.Append("\n    ");
                    break;
                case '\r':
                    break;
                case '\t':
                    text.Append(character);
                    break;
                case var control when char.IsControl(control):
                    text.Append(CultureInfo.InvariantCulture, $"\\x{(int)control:x2}");
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }
    }
}
