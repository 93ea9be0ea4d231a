namespace XenStore;

/// <summary>xenstored answered a request with an error, or the request was refused before it was sent.</summary>
/// <param name="request">The request, in the words of xs_wire.h: READ, WRITE, TRANSACTION_END...</param>
/// <param name="path">The path asked for, or an empty string.</param>
/// <param name="error">xenstored's own word: ENOENT, EACCES, EAGAIN, EQUOTA...</param>
/// <param name="detail">More than the word says, where the client knows more.</param>
public sealed class XenStoreException(string request, string path, string error, string? detail = null)
    : Exception(Sentence(request, path, error, detail))
{
    public string Request { get; } = request;

    public string Path { get; } = path;

    public string Error { get; } = error;

    /// <summary>EPROTO: a reply came, and it cannot be understood.</summary>
    internal static XenStoreException Malformed(string request, string path, string expected) =>
        new(request, path, "EPROTO", $"xenstored's answer cannot be understood: {expected}");

    private static string Sentence(string request, string path, string error, string? detail)
    {
        var about = path.Length == 0 ? $"xenstore {request}: {error}" : $"xenstore {request} {path}: {error}";
        return detail is null ? about : $"{about}: {detail}";
    }
}

/// <summary>The connection to xenstored could not be made, or was lost. The first cause is what every waiting caller gets.</summary>
public sealed class XenStoreConnectionException(string message, Exception? cause = null) : Exception(message, cause);
