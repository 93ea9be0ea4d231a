namespace Xend.Relocation;

/// <summary>Where another host's xend takes guests.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="IsSecure">By TLS, each side knowing the other.</param>
public sealed record PeerAddress(string Host, int Port, bool IsSecure)
{
    /// <summary>Old xend's.</summary>
    public const int PlainPort = 8002;

    /// <summary>Old xend's.</summary>
    public const int SecurePort = 8003;

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
