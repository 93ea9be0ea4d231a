namespace Xm.Connection;

/// <summary>xend's refusal. The first line of the text is the sentence; more lines are detail and hints, already indented.</summary>
internal sealed class XendFault(int code, string text) : Exception(text)
{
    /// <summary>The fault of a domain that does not exist; its text is the name that was asked for.</summary>
    public const int InvalidDomain = 3;

    public int Code { get; } = code;

    public string Text { get; } = text;
}

/// <summary>No connection to xend could be made.</summary>
internal sealed class XendUnreachable(string reason) : Exception(reason)
{
    /// <summary>The C library's words: <c>Connection refused</c>.</summary>
    public string Reason { get; } = reason;
}

/// <summary>xend took the call but its answer never came, or was no answer. The call may have been carried out.</summary>
internal sealed class XendCrashed(string sentence) : Exception(sentence);
