using System.Text;

namespace Model;

/// <summary>What kind of failure it is. Each interface has its own numbers for them.</summary>
public enum ErrorCode
{
    /// <summary>A defect of ours, or something that no code expected.</summary>
    Internal,

    /// <summary>No domain of that name, id or UUID.</summary>
    NoSuchDomain,

    /// <summary>The request cannot be understood, or asks for something that cannot be.</summary>
    InvalidRequest,

    /// <summary>The request is sound but not in the domain's present state, or while another operation is under way.</summary>
    WrongState,

    /// <summary>Name, UUID, MAC or the like is taken by another domain.</summary>
    AlreadyExists,

    /// <summary>A file, device or bridge that the configuration names is missing or unusable.</summary>
    HostResource,

    /// <summary>Somebody else is using the disk.</summary>
    DiskInUse,

    /// <summary>Not enough memory on the host.</summary>
    NoMemory,

    /// <summary>Xen refused.</summary>
    Hypervisor,

    /// <summary>The kernel could not be loaded.</summary>
    Build,

    /// <summary>The device model could not be started, or failed.</summary>
    DeviceModel,

    /// <summary>A script of /etc/xen/scripts failed, or the backend driver did not answer.</summary>
    Hotplug,

    /// <summary>xenstored refused or is gone.</summary>
    XenStore,

    /// <summary>Something did not happen within its limit.</summary>
    Timeout,

    /// <summary>The operation was given up on request.</summary>
    Cancelled,

    /// <summary>This version has no such facility.</summary>
    Unsupported,
}

/// <summary>A failure as data: composed once, where the cause is known, and shown the same on every interface.</summary>
/// <param name="code">The kind.</param>
/// <param name="message">One sentence: what failed, on which object. Old xend's sentence where scripts look for it.</param>
/// <param name="detail">Why, in the words of whoever refused: a script's last lines, the call and errno. May have several lines.</param>
/// <param name="hint">What to do about it.</param>
/// <param name="cause">For the log only; never shown.</param>
public sealed class XendError(ErrorCode code, string message, string? detail = null, string? hint = null, Exception? cause = null)
    : Exception(message, cause)
{
    public ErrorCode Code { get; } = code;

    public string? Detail { get; } = detail;

    public string? Hint { get; } = hint;

    /// <summary>The operation and step in which it happened ("create linux, step build-image"); set by the runner.</summary>
    public string? Step { get; init; }

    /// <summary>All of it, for a person: the sentence, and in lines below it why, where and what to do.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder(Message);
            AppendLines(text, "  ", Detail);
            AppendLines(text, "  at: ", Step);
            AppendLines(text, "  hint: ", Hint);
            return text.ToString();
        }
    }

    /// <summary>The same failure, with the place where it happened.</summary>
    public XendError At(string step) => new(Code, Message, Detail, Hint, InnerException) { Step = Step ?? step };

    public static XendError NoSuchDomain(string reference) => new(ErrorCode.NoSuchDomain, reference);

    private static void AppendLines(StringBuilder text, string prefix, string? lines)
    {
        if (string.IsNullOrWhiteSpace(lines))
        {
            return;
        }
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append('\n').Append(prefix).Append(line.TrimEnd());
        }
    }
}
