using System.Net.Sockets;

namespace XmlRpc;

/// <summary>Finds the errno of a failed connect again, which the runtime translates into its own codes.</summary>
internal static class ConnectFailure
{
    private const int ENOENT = 2;
    private const int EAGAIN = 11;
    private const int EACCES = 13;
    private const int ENOTDIR = 20;
    private const int EMFILE = 24;
    private const int ENAMETOOLONG = 36;
    private const int ECONNREFUSED = 111;

    public static XmlRpcConnectException From(Exception failure, string socketPath)
    {
        var errno = failure switch
        {
            // The runtime checks the length of the path before it asks the kernel.
            ArgumentException => socketPath.Length == 0 ? ENOENT : ENAMETOOLONG,
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ECONNREFUSED,
            SocketException { SocketErrorCode: SocketError.AccessDenied } => EACCES,
            SocketException { SocketErrorCode: SocketError.WouldBlock } => EAGAIN,
            // It has no code of its own for a path that does not exist.
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => ENOENT,
            SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => EMFILE,
            // Nor for a path through something that is no directory.
            SocketException when HasFileAsDirectory(socketPath) => ENOTDIR,
            _ => 0,
        };
        return new XmlRpcConnectException(socketPath, errno, Reason(errno, failure), failure);
    }

    private static string Reason(int errno, Exception failure) =>
        errno switch
        {
            ENOENT => "No such file or directory",
            EAGAIN => "it does not answer; is it stopped?",
            EACCES => "Permission denied",
            ENOTDIR => "Not a directory",
            EMFILE => "Too many open files",
            ENAMETOOLONG => "File name too long",
            ECONNREFUSED => "Connection refused",
            _ => $"Unknown error ({(failure as SocketException)?.SocketErrorCode.ToString()})",
        };

    private static bool HasFileAsDirectory(string path)
    {
        for (var parent = Path.GetDirectoryName(path); !string.IsNullOrEmpty(parent); parent = Path.GetDirectoryName(parent))
        {
            if (File.Exists(parent))
            {
                return true;
            }
        }
        return false;
    }
}
