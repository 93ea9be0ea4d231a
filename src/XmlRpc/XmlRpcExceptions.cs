namespace XmlRpc;

/// <summary>A call could not be made or answered. Each cause has its type; the message is a sentence for the user.</summary>
public abstract class XmlRpcException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The bytes are not an XML-RPC message, or a value cannot be carried by one.</summary>
public sealed class XmlRpcFormatException(string message, int offset = -1) : XmlRpcException(message)
{
    /// <summary>Where in the message, in bytes from its start; -1 where there is no such place.</summary>
    public int Offset { get; } = offset;
}

/// <summary>The answer was a fault.</summary>
public sealed class XmlRpcFaultException(XmlRpcFault fault) : XmlRpcException(fault.Text)
{
    public XmlRpcFault Fault { get; } = fault;
}

/// <summary>The socket could not be connected to.</summary>
/// <remarks>xm prints it as <c>Unable to connect to xend: {Reason}. Is xend running?</c></remarks>
public sealed class XmlRpcConnectException(string socketPath, int errno, string reason, Exception? inner = null)
    : XmlRpcException($"Cannot connect to {socketPath}: {reason}.", inner)
{
    public string SocketPath { get; } = socketPath;

    /// <summary>Linux errno: 2 ENOENT, 111 ECONNREFUSED, 13 EACCES and so on; 0 where the runtime does not tell.</summary>
    public int Errno { get; } = errno;

    /// <summary>The errno in the words of the C library: <c>No such file or directory</c>.</summary>
    public string Reason { get; } = reason;
}

/// <summary>
/// The other side closed the connection, or it broke, before the answer was complete. The call may have been carried out.
/// </summary>
public sealed class XmlRpcConnectionClosedException(string message, Exception? inner = null) : XmlRpcException(message, inner);

/// <summary>The answer did not come within the time allowed. The call may still be carried out.</summary>
public sealed class XmlRpcTimeoutException(string message) : XmlRpcException(message);

/// <summary>The answer is not HTTP, or too large.</summary>
public sealed class XmlRpcProtocolException(string message) : XmlRpcException(message);

/// <summary>The answer is an HTTP error instead of an XML-RPC message.</summary>
public sealed class XmlRpcHttpException(int status, string reason)
    : XmlRpcException($"The server answered with HTTP status {status}{(reason.Length > 0 ? $" ({reason})" : "")} instead of 200.")
{
    public int Status { get; } = status;

    /// <summary>The words after the status code, printable ASCII only.</summary>
    public string Reason { get; } = reason;
}
