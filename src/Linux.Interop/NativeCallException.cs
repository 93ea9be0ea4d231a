namespace Linux.Interop;

/// <summary>A call of a native library failed.</summary>
/// <param name="call">The C name: posix_spawn.</param>
/// <param name="subject">What it was about: a path, "domain 7".</param>
/// <param name="errno">What it said.</param>
/// <param name="explanation">A better sentence than the errno's own text, where one is known.</param>
public class NativeCallException(string call, string subject, Errno errno, string? explanation = null)
    : Exception($"{call}: {subject}: {explanation ?? errno.Text} ({errno.Name})")
{
    public string Call { get; } = call;

    public string Subject { get; } = subject;

    public Errno Errno { get; } = errno;

    /// <summary>The sentence for a person, without call and errno name.</summary>
    public string Reason { get; } = explanation ?? errno.Text;
}
