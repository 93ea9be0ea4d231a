namespace Model.Domains;

/// <summary>Where a display can be seen.</summary>
/// <param name="Host">The address that it listens at.</param>
/// <param name="Port">The TCP port.</param>
public sealed record VncAddress(string Host, int Port);
