namespace Xend.Requests;

/// <summary>A VNC display.</summary>
/// <param name="Host">The address that it listens at.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Password">What a viewer has to give; empty for none. Only for the root user who asks for it.</param>
public sealed record VncView(string Host, int Port, string Password);
