namespace Rfb;

/// <summary>The server broke the protocol, or the connection.</summary>
public class RfbException(string message) : Exception(message);

/// <summary>
/// The server let nobody in, or not with this password. The message is the server's own words, where the protocol's version has any.
/// </summary>
public sealed class RfbRefusedException(string message) : RfbException(message);
