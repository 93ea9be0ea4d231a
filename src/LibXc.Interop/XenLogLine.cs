using Linux.Interop;

namespace LibXc.Interop;

/// <summary>xentoollog_level (xentoollog.h).</summary>
public enum XenLogLevel
{
    None = 0,
    Debug = 1,
    Verbose = 2,
    Detail = 3,
    Progress = 4,
    Info = 5,
    Notice = 6,
    Warning = 7,
    Error = 8,
    Critical = 9,
}

/// <summary>One message of libxc.</summary>
/// <param name="Level">How grave it is.</param>
/// <param name="Errno">The errno it belongs to, where it names one.</param>
/// <param name="Context">The part of libxc: "xc", "domainbuilder"; null where it gives none.</param>
/// <param name="Text">One line, without its end.</param>
/// <param name="Progress">How many of how many steps of long work are done, for a line of that level.</param>
public readonly record struct XenLogLine(
    XenLogLevel Level,
    Errno? Errno,
    string? Context,
    string Text,
    (ulong Done, ulong Total)? Progress = null
)
{
    public override string ToString() => (Context is null ? "" : Context + ": ") + Text + (Errno is { } errno ? $" ({errno.Name})" : "");
}
