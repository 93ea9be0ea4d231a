using Linux.Interop;

namespace LibXc.Interop;

/// <summary>A call of libxenctrl or libxenguest failed.</summary>
/// <param name="call">The C name: xc_domain_create.</param>
/// <param name="subject">What it was about: "domain 7".</param>
/// <param name="errno">May be 0: the builder's calls do not always set it.</param>
/// <param name="log">What libxc logged during this call, oldest first; the last lines only, where there were many.</param>
/// <param name="explanation">A better sentence than the errno's text, where one is known.</param>
public sealed class XenCallException(string call, string subject, Errno errno, IReadOnlyList<XenLogLine> log, string? explanation = null)
    : NativeCallException(call, subject, errno, explanation ?? (errno.Number == 0 ? "it failed and gave no error number" : null))
{
    public IReadOnlyList<XenLogLine> Log { get; } = log;

    /// <summary>libxc's own error and warning lines of this call, in one; null where it logged none.</summary>
    public string? Detail { get; } = log.Any(IsGrave) ? string.Join("; ", log.Where(IsGrave).Select(line => line.Text)) : null;

    private static bool IsGrave(XenLogLine line) => line.Level >= XenLogLevel.Warning;
}
