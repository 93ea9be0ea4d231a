namespace Xend.Relocation;

/// <summary>The other host cannot be reached, went away, or said what makes no sense.</summary>
/// <param name="reason">A sentence without its full stop, of the other host.</param>
/// <param name="hint">What to do.</param>
public sealed class RelocationException(string reason, string? hint = null) : Exception(reason)
{
    public string? Hint { get; } = hint;
}
