using System.Net.Sockets;
using Linux.Interop;

namespace Xend.Host;

/// <summary>Asks the kernel who listens: by a connection that is closed at once.</summary>
public sealed class UnixSockets : IUnixSockets
{
    public bool IsServed(string path) =>
        !KernelCall.TryWithin(KernelCall.UsualLimit, () => IsServedNow(path), out var isServed) || isServed;

    public string? RemoveDead(string path) =>
        KernelCall.TryWithin(KernelCall.UsualLimit, () => RemoveNow(path), out var failure)
            ? failure
            : $"{path} cannot be removed: dom0's kernel has given no answer for {KernelCall.UsualLimit.TotalSeconds:0} s";

    private static bool IsServedNow(string path)
    {
        // One that does not wait: a listener that is busy has somebody behind it, too.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode is not (SocketError.ConnectionRefused or SocketError.AddressNotAvailable);
        }
    }

    private static string? RemoveNow(string path)
    {
        // A link was made by somebody else, whatever it leads to.
        if (FileStatus.TryRead(path) is not { IsSocket: true } || new FileInfo(path).LinkTarget is not null || IsServedNow(path))
        {
            return null;
        }
        try
        {
            File.Delete(path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be removed: {FileFailure.Reason(error)}";
        }
    }
}
