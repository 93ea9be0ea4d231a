namespace Xend.Domains;

/// <summary>The hand-over of a guest to another host, from when that may have it.</summary>
/// <param name="Host">The other host, as it was named.</param>
/// <param name="Port">Where its xend takes guests.</param>
/// <param name="IsSecure">By TLS.</param>
/// <param name="Session">What the other host calls it.</param>
public sealed record Departure(string Host, int Port, bool IsSecure, Guid Session)
{
    /// <summary>It is in the other xend's keeping from then on, and no longer in this one's.</summary>
    public bool ChangesHome { get; init; }
}
