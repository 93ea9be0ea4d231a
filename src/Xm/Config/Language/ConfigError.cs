namespace Xm.Config.Language;

/// <summary>A configuration file is wrong, or uses what xm does not understand.</summary>
/// <param name="message">What is wrong, and where possible what to write instead.</param>
/// <param name="at">Where.</param>
/// <param name="isSyntax">Whether the file cannot be read at all, or failed while it was worked out.</param>
internal sealed class ConfigError(string message, Position at, bool isSyntax) : Exception(message)
{
    public Position At { get; } = at;

    public bool IsSyntax { get; } = isSyntax;

    /// <summary>The file that the place is in, where that is not the one that was asked for (<c>execfile</c>).</summary>
    public SourceText? File { get; init; }

    /// <summary>The class of the exception that nobody caught, or null where it was none.</summary>
    public string? Kind { get; init; }

    public static ConfigError Syntax(string message, Position at) => new(message, at, isSyntax: true);

    public static ConfigError Evaluation(string message, Position at) => new(message, at, isSyntax: false);

    public ConfigError In(SourceText source) => new(Message, At, IsSyntax) { File = File ?? source, Kind = Kind };
}
