using System.Globalization;
using Sxp;

namespace Xend.Hosting.Configuration;

/// <summary>What values an option takes.</summary>
internal enum OptionKind
{
    Text,

    /// <summary>yes y 1 on true t, no n 0 off false f, in any case.</summary>
    Flag,

    /// <summary>A decimal number, not negative.</summary>
    Number,

    /// <summary>One of Python's log levels.</summary>
    LogLevel,

    /// <summary>A list; its elements are looked at by whoever uses it.</summary>
    List,

    /// <summary>Old xend used it as a truth value: 0 and the empty string are false.</summary>
    Truth,
}

/// <summary>An option's value, checked against its kind.</summary>
internal sealed record OptionValue(string Text, bool Flag, int Number)
{
    /// <summary>Reads a value; <paramref name="reason"/> says in old xend's words what was expected instead.</summary>
    public static OptionValue? TryRead(OptionKind kind, SValue value, out string reason)
    {
        reason = "";
        if (kind == OptionKind.List)
        {
            return new OptionValue("", true, 0);
        }
        if (value.AsText() is not { } text)
        {
            reason = $"expected {Expected(kind)}: {SxpWriter.OneLine(value)}";
            return null;
        }
        var read = kind switch
        {
            OptionKind.Text => new OptionValue(text, text.Length > 0, 0),
            OptionKind.Truth => new OptionValue(text, text is not ("" or "0"), 0),
            OptionKind.Flag => FlagOf(text) is { } flag ? new OptionValue(text, flag, flag ? 1 : 0) : null,
            OptionKind.LogLevel => Logging.LogLevels.TryParse(text) is null ? null : new OptionValue(text, true, 0),
            _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new OptionValue(text, number != 0, number)
                : null,
        };
        if (read is null)
        {
            reason = $"expected {Expected(kind)}: {text}";
        }
        return read;
    }

    private static bool? FlagOf(string text) =>
        text.ToLowerInvariant() switch
        {
            "yes" or "y" or "1" or "on" or "true" or "t" => true,
            "no" or "n" or "0" or "off" or "false" or "f" => false,
            _ => null,
        };

    private static string Expected(OptionKind kind) =>
        kind switch
        {
            OptionKind.Flag => "bool",
            OptionKind.Number => "int",
            OptionKind.LogLevel => "one of TRACE DEBUG INFO WARNING ERROR CRITICAL",
            _ => "string",
        };
}
