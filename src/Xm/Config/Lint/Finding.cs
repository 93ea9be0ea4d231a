namespace Xm.Config.Lint;

internal enum Severity
{
    /// <summary>The domain cannot be created like this.</summary>
    Error,

    /// <summary>The domain can be created, but surely not as it was meant.</summary>
    Warning,
}

/// <summary>One thing that lint found.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Variable">The variable that it is about, or null.</param>
/// <param name="Line">The line that gives the variable its value, counted from 1; null where no line of the file does.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Hint">What to write instead, or null.</param>
/// <param name="Given">The word of the command line that gives the variable its value; null where none does.</param>
internal sealed record Finding(Severity Severity, string? Variable, int? Line, string Message, string? Hint = null, string? Given = null);
