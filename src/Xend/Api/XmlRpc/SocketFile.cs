using System.Net.Sockets;
using Linux.Interop;
using Serilog;

namespace Xend.Api.XmlRpc;

/// <summary>The file of a Unix socket: free to be bound, and root's alone.</summary>
internal static class SocketFile
{
    private const UnixFileMode PrivateDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateSocket = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const uint TypeMask = 0xF000;
    private const uint SocketType = 0xC000;

    /// <summary>Makes the directory and removes a socket that nobody listens at. Anything else in the way stays, and is an error.</summary>
    /// <exception cref="XendError">What is in the way.</exception>
    public static void Prepare(string path, ILogger log)
    {
        try
        {
            var directory = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(directory, PrivateDirectory);
            File.SetUnixFileMode(directory, PrivateDirectory);
            if (FileStatus.TryRead(path) is not { } found)
            {
                return;
            }
            if ((found.Mode & TypeMask) != SocketType)
            {
                throw new XendError(ErrorCode.HostResource, $"{path} is in the way: it is no socket.", hint: "Move it away.");
            }
            if (SomebodyListens(path))
            {
                throw new XendError(
                    ErrorCode.AlreadyExists,
                    $"Another program serves {path}.",
                    hint: "Is an old xend running? `fuser` shows whose it is."
                );
            }
            File.Delete(path);
            log.StaleSocketRemoved(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"The socket {path} cannot be made.",
                hint: "Is the file system full or read-only?",
                cause: error
            );
        }
    }

    /// <summary>Until this was called, the directory's mode keeps others out.</summary>
    public static void Restrict(string path) => File.SetUnixFileMode(path, PrivateSocket);

    private static bool SomebodyListens(string path)
    {
        try
        {
            using var probe = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
            probe.Blocking = false;
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException error)
        {
            // A full backlog is somebody, too.
            return error.SocketErrorCode is System.Net.Sockets.SocketError.WouldBlock;
        }
    }
}
