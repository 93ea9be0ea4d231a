using System.Net.Sockets;
using XenStore.Wire;

namespace XenStore;

/// <summary>Why a stream failed, in words for whoever runs the host.</summary>
internal static class XenStoreFailure
{
    public static XenStoreConnectionException Closed() => new("the client of xenstored was closed");

    public static XenStoreConnectionException Unreachable(string where, string reason, Exception? cause = null) =>
        new($"cannot connect to xenstored at {where}: {reason}. Is xenstored running? It serves root only", cause);

    public static XenStoreConnectionException LostWhile(string doing, Exception cause) =>
        new($"the connection to xenstored was lost while {doing}: {Reason(cause)}. Is xenstored running?", cause);

    public static XenStoreConnectionException Silent(XenStoreMessageType request, TimeSpan limit) =>
        new(
            $"xenstored has not answered {request.WireName()} for {limit.TotalSeconds:0.#} s, so the connection was closed. Is xenstored "
                + "stopped, or very busy?"
        );

    public static string Reason(Exception exception) =>
        exception switch
        {
            XenStoreConnectionException known => known.Message,
            OperationCanceledException => "no answer came in time",
            ObjectDisposedException => "it was closed",
            SocketException socket => Reason(socket),
            IOException { InnerException: SocketException socket } => Reason(socket),
            FileNotFoundException or DirectoryNotFoundException => "there is no such file",
            UnauthorizedAccessException => "permission denied",
            EndOfStreamException => "xenstored closed it",
            IOException => "an input/output error",
            _ => $"an unexpected failure ({exception.GetType().Name})",
        };

    private static string Reason(SocketException exception)
    {
        // ENOENT has no SocketError of its own: .NET reports AddressNotAvailable for it.
        const int NoSuchFile = 2;
        return exception.SocketErrorCode switch
        {
            _ when exception.NativeErrorCode == NoSuchFile => "there is no such socket",
            SocketError.AddressNotAvailable => "there is no such socket",
            SocketError.ConnectionRefused => "nothing listens there",
            SocketError.AccessDenied => "permission denied",
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "xenstored closed it",
            SocketError.TimedOut => "no answer came in time",
            var error => $"socket error {error} (errno {exception.NativeErrorCode})",
        };
    }
}
