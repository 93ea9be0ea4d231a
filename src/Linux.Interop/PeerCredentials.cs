using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tmds.Linux;

namespace Linux.Interop;

/// <summary>Who is at the other end of a Unix socket (SO_PEERCRED), as the kernel saw it when the connection was made.</summary>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId)
{
    /// <summary>Throws <see cref="SocketException"/> where the socket is not connected.</summary>
    public static PeerCredentials Of(Socket socket)
    {
        Span<uint> ucred = stackalloc uint[3];
        socket.GetRawSocketOption(LibC.SOL_SOCKET, LibC.SO_PEERCRED, MemoryMarshal.AsBytes(ucred));
        return new PeerCredentials((int)ucred[0], ucred[1], ucred[2]);
    }
}
